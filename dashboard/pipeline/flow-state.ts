import { MINUTE } from '../../shared/domain/time.ts'
import type { MinuteLine } from '../data/minute-rows.ts'
import { clockText, countText, minutesText, momentText } from '../format.ts'
import { type EdgeId, type NodeId, type QueueId, QUEUES } from './flow-layout.ts'
import { depthOf } from './pile.ts'

const SILENT_AFTER = 3 * MINUTE

export type EdgeState = {
  /** What flowed in the newest minute: `12` `jobs/min`. */
  readonly flow?: { readonly count: number; readonly unit: string } | undefined
  readonly mood: 'idle' | 'flowing' | 'trouble' | 'broken'
}
export type FlowState = {
  /** What there is to say above the drawing. */
  readonly sentence: string
  /** No line for three minutes: what the drawing shows is old. */
  readonly isSilent: boolean
  /** How many messages a queue holds; undefined where nobody counted. */
  readonly depthOf: (queue: QueueId) => number | undefined
  readonly isTrouble: (node: NodeId) => boolean
  readonly noteOf: (node: NodeId) => string
  readonly edgeOf: (edge: EdgeId) => EdgeState
}

/** What the drawing of the flow says. Moving is only what moved in the newest minute; old news does not move. */
export const flowState = ({ lines, tokenDead, now, allowance }: FlowInput): FlowState => {
  const line = lines.at(-1)
  const isSilent = line !== undefined && now - line.minute > SILENT_AFTER + allowance
  const depth = (queue: QueueId): number | undefined => {
    const counted = line?.queues[queue]
    return counted && depthOf(counted)
  }
  const holds = (queue: QueueId): boolean => (depth(queue) ?? 0) > 0
  const moving = (count: number | undefined): EdgeState['mood'] => (!isSilent && (count ?? 0) > 0 ? 'flowing' : 'idle')
  const flow = (count: number | undefined, unit: string): EdgeState => ({
    flow: count === undefined ? undefined : { count, unit },
    mood: moving(count),
  })
  const jobs = line && line.liveJobs + line.fullJobs
  const trouble = (queue: QueueId): EdgeState => ({ mood: holds(queue) ? 'trouble' : 'idle' })
  const comesBack: EdgeState = { mood: !tokenDead && holds('auth-dlq') ? moving(1) : 'idle' }
  const edges: Readonly<Partial<Record<EdgeId, EdgeState>>> = {
    'scheduler>jobs': flow(jobs, 'jobs/min'),
    'jobs>fetcher': { mood: moving(line?.calls) },
    'fetcher>Schwab': { ...flow(line?.calls, 'calls/min'), ...(tokenDead ? { mood: 'broken' as const } : {}) },
    'fetcher>candles': { mood: moving(line?.stored) },
    'candles>writer': { mood: moving(line?.stored) },
    'writer>Supabase': flow(line?.stored, 'rows/min'),
    'jobs>jobs-dlq': trouble('jobs-dlq'),
    'candles>candles-dlq': trouble('candles-dlq'),
    'fetcher>auth-dlq': { mood: tokenDead ? 'trouble' : 'idle' },
    'auth-dlq>ReauthRequired': { mood: tokenDead ? 'trouble' : 'idle' },
    'ReauthRequired>events-dlq': trouble('events-dlq'),
    'auth-dlq>redriver': comesBack,
    'redriver>jobs': comesBack,
  }
  const notes: Readonly<Partial<Record<NodeId, string>>> = {
    ...(isSilent ? { scheduler: 'silent' } : {}),
    ...(tokenDead ? { fetcher: 'parks its jobs', ReauthRequired: 'waits for a login' } : {}),
  }
  const troubled = new Set<NodeId>([
    ...QUEUES.filter((queue) => queue.endsWith('-dlq') && holds(queue)),
    ...(tokenDead ? (['ReauthRequired'] as const) : []),
    ...(isSilent ? (['scheduler'] as const) : []),
  ])
  return {
    sentence: sentenceOf(line, isSilent, now, tokenDead ? (depth('auth-dlq') ?? 0) : undefined),
    isSilent,
    depthOf: depth,
    isTrouble: (node) => troubled.has(node),
    noteOf: (node) => notes[node] ?? '',
    edgeOf: (edge) => edges[edge] ?? { mood: 'idle' },
  }
}

type FlowInput = { readonly lines: readonly MinuteLine[]; readonly tokenDead: boolean; readonly now: number; readonly allowance: number }

const sentenceOf = (line: MinuteLine | undefined, isSilent: boolean, now: number, parked: number | undefined): string => {
  if (line === undefined) return 'Nothing was recorded yet: the scheduler writes a line each minute.'
  if (isSilent) return `The scheduler has not reported since ${sinceText(line.minute, now)}.`
  if (parked !== undefined)
    return `${clockText(line.minute)}: the token is dead, ${countText(parked)} jobs are parked until somebody logs in.`
  const { minute, liveJobs, fullJobs, calls, stored, missing } = line
  const flow = `${countText(liveJobs + fullJobs)} jobs planned, ${countText(calls)} calls to Schwab, ${countText(stored)} candles stored`
  return `${clockText(minute)}: ${flow}, ${missing === 0 ? 'nothing is missing' : `${minutesText(missing)} still to fetch`}.`
}

const sinceText = (at: number, now: number): string => (now - at < 12 * 60 * MINUTE ? clockText(at) : momentText(at))
