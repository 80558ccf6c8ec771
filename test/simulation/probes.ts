import type { PipelineEvent } from '../../shared/domain/events.ts'
import type { LogEvent } from '../../shared/domain/log-events.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import type { Call } from './invocation.ts'
import type { World } from './world.ts'
import type { TickerRow } from '../fakes/memory-ticker.ts'

/** What a long run has to have seen at least once: a rule that nothing ever tries proves nothing. */
export const PROBES = [
  'a session was proven at once',
  'a suspect session was proven by a second date',
  'a suspect session was proven by a third date',
  'a complete session was changed by a later read',
  'an unreadable minute was kept',
  'a split was applied',
  'an answer that lacked a part was asked for again',
  'a broken bar was left out',
  'a message was split in parts',
  'a retry was superseded',
  'a job came too late',
  'a job was put back',
  'a poisoned message was set aside',
  'indicators were computed for bars that had changed meanwhile',
  'a tick came twice',
  'a job was parked',
  'a parked job was sent again',
  'a death was told while the database was down',
  'a reminder was told',
  'the end of a login was told',
  'a login ended an outage',
  'a token put by hand ended an outage',
  'a token came back by itself',
  'a useless token was put by hand, and the one before it is back',
  'a useless token was put by hand, and nothing is back',
  'an outage was restored',
  'an outage ended beyond the horizon',
  'a refresh was refused for want of time',
  'a refresh was refused because of another',
  'a refused request waited for its turn to refresh',
  'a feed that stopped was told',
  'an unknown ticker was told',
  'a refused ticker was told',
  'a silent ticker was told',
  'a verdict was told and taken back',
  'a day was read as closed',
] as const

export type Probe = (typeof PROBES)[number]

/** @returns what of the list has happened so far */
export const watchProbes = (world: World): ReadonlySet<Probe> => {
  const { calls, lines, givenUp, store } = world
  const seen = new Set<Probe>()
  const tooLarge = new Map<string, number>()
  const complete = new Set<string>()
  givenUp.push((args) => {
    for (const batch of args[0] as readonly Brought[]) tooLarge.set(keyOf(batch), batch.candles?.length ?? 0)
  })
  lines.push((line) => {
    const event = /^\{"event":"([a-z_]+)"/.exec(line)?.[1]
    const probe = event === undefined ? undefined : BY_LINE[event as LogEvent]
    if (probe !== undefined) seen.add(probe)
    for (const [code, found] of BY_ERROR) if (line.includes(`"error":"${code}"`)) seen.add(found)
  })
  calls.push((call) => {
    if (call.method === 'publish') {
      for (const event of call.args[0] as readonly PipelineEvent[]) {
        const probe = probeOf(event)
        if (probe !== undefined) seen.add(probe)
        if (event.type === 'ReauthRequired' && isStoreDown(world)) seen.add('a death was told while the database was down')
        if (event.type === 'FeedRestored' && isBeyondHorizon(event.detail.outageId, world)) seen.add('an outage ended beyond the horizon')
      }
    }
    if (call.method !== 'ingest') return
    noteSessions(call, store.tickers, complete, seen)
    for (const batch of call.args[0] as readonly Brought[])
      if ((batch.candles?.length ?? 0) < (tooLarge.get(keyOf(batch)) ?? 0)) seen.add('a message was split in parts')
  })
  return seen
}

const BY_LINE: { readonly [event in LogEvent]?: Probe } = {
  split_applied: 'a split was applied',
  sessions_asked_again: 'an answer that lacked a part was asked for again',
  candles_rejected: 'a broken bar was left out',
  message_superseded: 'a retry was superseded',
  job_superseded: 'a job came too late',
  job_postponed: 'a job was put back',
  message_poisoned: 'a poisoned message was set aside',
  indicators_stale: 'indicators were computed for bars that had changed meanwhile',
  tick_already_taken: 'a tick came twice',
  job_parked: 'a job was parked',
  jobs_redriven: 'a parked job was sent again',
}

const BY_ERROR: readonly (readonly [code: string, probe: Probe])[] = [
  ['OUT_OF_TIME', 'a refresh was refused for want of time'],
  ['TOKEN_BUSY', 'a refresh was refused because of another'],
  ['REFRESH_LIMITED', 'a refused request waited for its turn to refresh'],
]

const probeOf = ({ type, detail }: PipelineEvent): Probe | undefined => {
  if (type === 'Reauthorized' && detail.outageId !== undefined) return HOW[detail.how]
  if (type === 'TokenRejected')
    return detail.restored
      ? 'a useless token was put by hand, and the one before it is back'
      : 'a useless token was put by hand, and nothing is back'
  return BY_EVENT[type]
}

const HOW = {
  login: 'a login ended an outage',
  by_hand: 'a token put by hand ended an outage',
  by_itself: 'a token came back by itself',
} as const

const BY_EVENT: { readonly [type in PipelineEvent['type']]?: Probe } = {
  ReauthReminder: 'a reminder was told',
  TokenExpiring: 'the end of a login was told',
  FeedRestored: 'an outage was restored',
  FeedStale: 'a feed that stopped was told',
  TickerUnknown: 'an unknown ticker was told',
  TickerRefused: 'a refused ticker was told',
  TickerSilent: 'a silent ticker was told',
  TickerHeard: 'a verdict was told and taken back',
  DayReadAsClosed: 'a day was read as closed',
}

const isStoreDown = ({ plan, kernel }: World): boolean =>
  plan.faults.some(
    ({ kind, target, at, forMs }) => kind === 'down' && target === 'store' && at <= kernel.now() && kernel.now() < at + forMs,
  )

const isBeyondHorizon = (id: string, { store, kernel, plan }: World): boolean => {
  const outage = store.outages().find((one) => one.id === id)
  if (outage === undefined) return false
  const horizon = kernel.now() - plan.horizonDays * 24 * 3_600_000
  return plan.days.some(({ opensAt, closesAt }) => closesAt > outage.startedAt && opensAt < horizon)
}

type Brought = Partial<CandleBatch>
const keyOf = ({ ticker, fetchedAt, traceId }: Brought): string => `${ticker} ${fetchedAt} ${traceId}`

const noteSessions = ({ args }: Call, tickers: ReadonlyMap<string, TickerRow>, complete: Set<string>, seen: Set<Probe>): void => {
  for (const ticker of new Set((args[0] as readonly { readonly ticker: string }[]).map((batch) => batch.ticker))) {
    for (const [date, session] of tickers.get(ticker)?.sessions ?? []) {
      const key = `${ticker} ${date}`
      if (session.completedAt === undefined) {
        if (complete.delete(key)) seen.add('a complete session was changed by a later read')
        continue
      }
      if (complete.has(key)) continue
      complete.add(key)
      if (session.unreadable.length > 0) seen.add('an unreadable minute was kept')
      else if (!session.suspect) seen.add('a session was proven at once')
      if (session.suspect && session.agreedOn.length === 2) seen.add('a suspect session was proven by a second date')
      if (session.suspect && session.agreedOn.length > 2) seen.add('a suspect session was proven by a third date')
    }
  }
}
