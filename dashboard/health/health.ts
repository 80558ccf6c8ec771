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
  /** Whether the scheduler's lines have been read at all. */
  readonly isRead: boolean
  readonly newest: MinuteLine | undefined
  readonly token: TokenStatus | undefined
  readonly schedule: Schedule | undefined
  readonly outage: OutageRow | undefined
}

/** A minute's candle is stored some seconds after the minute; the scheduler's word is a minute old at most. */
const LATE = 2.5 * MINUTE
const STALE = 5 * MINUTE
const SILENT = 3 * MINUTE
/** It writes every hour. */
const KEEPER_SILENT = 2 * HOUR
const FEW_EACH = 15

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
  if (!isOpen && token?.refreshExpiresAt !== undefined && token.refreshExpiresAt <= now && token.state !== 'dead')
    return {
      level: 'bad',
      headline: 'The login is past its end',
      detail: 'Schwab accepts it no longer. Log in again: npm run kite -- reauth',
    }
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

const silence = ({ isRead, newest, token, now, allowance }: HealthFacts): Health | undefined => {
  if (!isRead) return { level: 'idle', headline: 'Reading …', detail: '' }
  if (newest === undefined)
    return { level: 'idle', headline: 'Nothing has happened yet', detail: 'The scheduler writes its first line within a minute.' }
  if (now - newest.minute > SILENT + allowance)
    return {
      level: 'bad',
      headline: `The scheduler has not reported since ${momentText(newest.minute)}`,
      detail: 'It runs every minute, all week. Look at it with: npm run kite -- doctor',
    }
  if (token === undefined || now - token.reportedAt <= KEEPER_SILENT + allowance) return undefined
  return {
    level: 'bad',
    headline: `Nobody has looked after the login since ${momentText(token.reportedAt)}`,
    detail: 'token-keeper writes every hour. Look at it with: npm run kite -- doctor',
  }
}

const recovery = (facts: HealthFacts): Health | undefined => {
  const { outage, newest, now, allowance } = facts
  if (outage === undefined || outage.restoredAt !== undefined || outage.reauthorizedAt === undefined) return undefined
  // After a login the first candles need a moment; later a feed that stands still is more than a recovery.
  if (now - outage.reauthorizedAt > STALE + allowance && staleness(facts)?.level === 'bad') return undefined
  const missing = newest?.missing ?? 0
  const detail = 'The login is good again. The outage is over when a second reading of each session agrees with the first.'
  return missing > 0
    ? { level: 'warn', headline: 'What was missed is being filled in', detail: `${minutesText(missing)} to go. ${detail}` }
    : { level: 'warn', headline: 'Everything is fetched; the proof is under way', detail }
}

const staleness = ({ newest, now, allowance }: HealthFacts): Health | undefined => {
  if (newest === undefined || !newest.inSession) return undefined
  const age = newest.freshnessSeconds * 1000 + (now - newest.minute) - MINUTE
  if (age <= LATE + allowance) return undefined
  const old = `The newest is ${spanText(age)} old.`
  return age > STALE + allowance
    ? { level: 'bad', headline: 'No candle comes', detail: `${old} The login is good, so look further: npm run kite -- doctor` }
    : { level: 'warn', headline: 'Candles are late', detail: `${old} It should be a minute or two.` }
}

const deadLetters = ({ newest }: HealthFacts): Health | undefined => {
  const queues = Object.entries(newest?.queues ?? {})
  const dead = queues.filter(([name, { visible, inFlight }]) => DEAD_LETTERS.has(name) && visible + inFlight > 0)
  if (dead.length === 0) return undefined
  const texts = dead.map(([name, { visible, inFlight }]) => `${countText(visible + inFlight)} in ${name}`)
  return {
    level: 'warn',
    headline: 'There are messages that nobody could handle',
    detail: `${texts.join(', ')}. See them with: npm run kite -- dlq list`,
  }
}

const DEAD_LETTERS = new Set(['jobs-dlq', 'candles-dlq', 'events-dlq'])

const quiet = ({ newest, token, schedule, now }: HealthFacts): Health => {
  const missing = newest?.missing ?? 0
  const left = token?.refreshExpiresAt === undefined ? undefined : token.refreshExpiresAt - now
  const isExpiring = token?.state === 'expiring' && left !== undefined
  const login = isExpiring ? ` The login ends in ${spanText(left)}.` : ''
  const isUrgent = isExpiring && left < 6 * HOUR
  if (newest?.inSession === true) {
    if (missing === 0)
      return { level: isUrgent ? 'warn' : 'good', headline: 'The feed is live', detail: `Every candle is in its place.${login}` }
    // A ticker that trades seldom is always a few minutes behind its last trade.
    const isMuch = missing > FEW_EACH * (schedule?.tickers.length ?? 1)
    return {
      level: isUrgent || isMuch ? 'warn' : 'good',
      headline: isMuch ? 'The feed is live, but much is missing' : 'The feed is live',
      detail: `Still to be fetched or proven: ${minutesText(missing)}.${login}`,
    }
  }
  const next = schedule?.nextOpensAt
  const backfill = missing > 0 ? ` Still to be fetched or proven: ${minutesText(missing)}.` : ''
  return {
    level: isUrgent ? 'warn' : 'idle',
    headline: 'The market is closed',
    detail: `${next === undefined ? 'No next session is known.' : `It opens ${momentText(next)} New York time.`}${login}${backfill}`,
  }
}
