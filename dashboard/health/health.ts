import { clockText, countText, minutesText, momentText, spanText } from '../format.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { MinuteLine } from '../data/minute-rows.ts'
import type { OutageRow } from '../data/outage-rows.ts'
import type { Schedule, TokenStatus } from '../data/status-rows.ts'
import type { Trouble } from '../state/page-state.ts'

export type Level = 'good' | 'warn' | 'bad' | 'idle'

/** How the whole is, in one line and one sentence. */
export type Health = { readonly level: Level; readonly headline: string; readonly detail: string }

export type HealthFacts = {
  readonly now: number
  /** Later than usual by so many milliseconds is no trouble: the time of a stack on this machine may fly. */
  readonly allowance: number
  readonly isLocal: boolean
  readonly trouble: Trouble | undefined
  readonly readAt: number | undefined
  readonly newest: MinuteLine | undefined
  readonly token: TokenStatus | undefined
  readonly schedule: Schedule | undefined
  readonly outage: OutageRow | undefined
}

/** A minute's candle is stored some seconds after the minute; the scheduler's word is a minute old at most. */
const LATE = 2.5 * MINUTE
const STALE = 5 * MINUTE
const SILENT = 3 * MINUTE

/** What matters most comes first. */
export const healthOf = (facts: HealthFacts): Health =>
  troubleOf(facts) ?? tokenTrouble(facts) ?? silence(facts) ?? recovery(facts) ?? staleness(facts) ?? deadLetters(facts) ?? quiet(facts)

const troubleOf = ({ trouble, readAt, isLocal }: HealthFacts): Health | undefined => {
  if (trouble === undefined) return undefined
  const upTo = readAt === undefined ? 'Nothing has been read yet.' : `Showing data up to ${clockText(readAt)}.`
  const who = trouble.who === 'stack' ? 'The stack on this machine' : 'Supabase'
  const help = trouble.who === 'stack' && isLocal ? ' Start it with npm start.' : ''
  return {
    level: 'bad',
    headline: `${who} does not answer since ${clockText(trouble.since)}`,
    detail: `${upTo} This page goes on asking.${help}`,
  }
}

const tokenTrouble = ({ token, outage, now }: HealthFacts): Health | undefined => {
  const isOpen = outage !== undefined && outage.reauthorizedAt === undefined
  if (!isOpen && token?.state !== 'dead' && token?.state !== 'missing') return undefined
  if (!isOpen && token?.state === 'missing')
    return { level: 'bad', headline: 'Nobody has logged in at Schwab yet', detail: 'Nothing can be fetched until somebody does.' }
  const since = outage === undefined ? '' : ` ${momentText(outage.startedAt)} New York time, ${spanText(now - outage.startedAt)} ago`
  return {
    level: 'bad',
    headline: 'The feed has stopped: Schwab asks for a login',
    detail: `${since === '' ? 'What is missed' : `Since${since}. What is missed`} is fetched after it; nothing is lost.`,
  }
}

const silence = ({ newest, now, allowance }: HealthFacts): Health | undefined => {
  if (newest === undefined)
    return { level: 'idle', headline: 'Nothing has happened yet', detail: 'The scheduler writes its first line within a minute.' }
  if (now - newest.minute <= SILENT + allowance) return undefined
  return {
    level: 'bad',
    headline: `The scheduler has not reported since ${momentText(newest.minute)}`,
    detail: 'It runs every minute, all week. Look at it with: npm run kite -- doctor',
  }
}

const recovery = ({ outage, newest }: HealthFacts): Health | undefined => {
  if (outage === undefined || outage.restoredAt !== undefined || outage.reauthorizedAt === undefined) return undefined
  const missing = newest?.missing ?? 0
  return {
    level: 'warn',
    headline: missing > 0 ? `Filling in what was missed: ${minutesText(missing)} to go` : 'Everything is fetched; the proof is under way',
    detail: 'The login is good again. The outage is over when a second reading of each session agrees with the first.',
  }
}

const staleness = ({ newest, now, allowance }: HealthFacts): Health | undefined => {
  if (newest === undefined || !newest.inSession) return undefined
  const age = newest.freshnessSeconds * 1000 + (now - newest.minute) - MINUTE
  if (age <= LATE + allowance) return undefined
  const isStale = age > STALE + allowance
  return {
    level: isStale ? 'bad' : 'warn',
    headline: `The newest candle is ${spanText(age)} old`,
    detail: isStale ? 'The login is good, so look further: npm run kite -- doctor' : 'It should be a minute or two.',
  }
}

const deadLetters = ({ newest }: HealthFacts): Health | undefined => {
  const queues = Object.entries(newest?.queues ?? {})
  const dead = queues.filter(([name, { visible, inFlight }]) => DEAD_LETTERS.has(name) && visible + inFlight > 0)
  if (dead.length === 0) return undefined
  const texts = dead.map(([name, { visible, inFlight }]) => `${countText(visible + inFlight)} in ${name}`)
  return {
    level: 'warn',
    headline: `Messages that nobody could handle: ${texts.join(', ')}`,
    detail: 'See them with: npm run kite -- dlq list',
  }
}

const DEAD_LETTERS = new Set(['jobs-dlq', 'candles-dlq', 'events-dlq'])

const quiet = ({ newest, token, schedule, now }: HealthFacts): Health => {
  const left = token?.refreshExpiresAt === undefined ? undefined : token.refreshExpiresAt - now
  const isExpiring = token?.state === 'expiring' && left !== undefined
  const backfill = (newest?.missing ?? 0) > 0 ? ` Still to be fetched or proven: ${minutesText(newest?.missing ?? 0)}.` : ''
  const login = isExpiring ? ` The login ends in ${spanText(left)}.` : ''
  if (newest?.inSession === true)
    return {
      level: isExpiring && left < 6 * HOUR ? 'warn' : 'good',
      headline: 'The feed is live',
      detail: `Every candle is in its place.${login}${backfill}`,
    }
  const next = schedule?.nextOpensAt
  return {
    level: isExpiring && left < 6 * HOUR ? 'warn' : 'idle',
    headline: 'The market is closed',
    detail: `${next === undefined ? 'No next session is known.' : `It opens ${momentText(next)} New York time.`}${login}${backfill}`,
  }
}
