import type { Session } from './session.ts'
import { HOUR, MINUTE } from './time.ts'
import { changeOf, type JudgedPart, type JudgeInput, type VerdictChange } from './verdict-change.ts'
import { isSetAside, isTickerRefusal, usualFeedPause, usualPause, type Rhythm } from './verdicts.ts'

/** Trading in one ticker may be halted for a while. */
const LEAST_SILENCE = HOUR
/** A whole session without a bar is silence for any ticker. */
const MOST_SILENCE = 390 * MINUTE

/**
 * Judges which tickers are silent, by what is usual for each, in time of sessions: a night is no silence. Half of the time has to be
 * watched, because a ticker that was added again, or a pipeline that stood still, has no bars for another reason. Nobody is called silent
 * while the feed as a whole stands still, or when most are silent at once.
 */
export const judgeSilence = (input: JudgeInput): JudgedPart => {
  const { tick, tickers, verdicts, rhythms, sessions } = input
  const heard = new Map(rhythms.map((rhythm) => [rhythm.ticker, rhythm]))
  const all = verdicts.filter(({ kind, endedAt }) => kind === 'silence' && endedAt === undefined)
  const over = all.filter(({ ticker, firstAt }) => (heard.get(ticker)?.heardUntil ?? 0) > firstAt)
  const changes = over.map((verdict) => changeOf(verdict.toldAt === undefined ? 'drop' : 'end', verdict))
  const open = sessions.at(-1)
  if (open === undefined || tick < open.opensAt || tick >= open.closesAt || !isFeedWell(input, open)) return { changes, waits: [] }
  const setAside = new Set(verdicts.filter(isSetAside).map(({ ticker }) => ticker))
  const quiet = tickers.flatMap((ticker) => {
    const silence = setAside.has(ticker) ? undefined : silenceOf(ticker, heard.get(ticker), input)
    return silence === undefined || silence.lasts * 2 <= silence.limit ? [] : [{ ticker, ...silence }]
  })
  if (quiet.length * 2 > tickers.length) return { changes, waits: [] }
  const watched = new Map(verdicts.filter((one) => one.kind === 'silence' && !over.includes(one)).map((one) => [one.ticker, one]))
  const news = quiet.flatMap(({ ticker, lasts, limit }): readonly VerdictChange[] => {
    const verdict = watched.get(ticker)
    if (verdict === undefined) return [{ change: 'begin', kind: 'silence', ticker, at: heard.get(ticker)?.heardUntil ?? 0 }]
    const isProven = lasts > limit && sessionTime(sessions, verdict.lastAt, tick) * 2 >= limit
    return verdict.decidedAt === undefined && isProven ? [changeOf('decide', verdict)] : []
  })
  return { changes: [...changes, ...news], waits: [] }
}

const isFeedWell = ({ tick, rhythms, isDead }: JudgeInput, open: Session): boolean =>
  !isDead && tick - Math.max(open.opensAt, ...rhythms.map(({ heardUntil }) => heardUntil)) <= usualFeedPause(rhythms, open.opensAt)

/** How long a ticker has been silent and how long it may be; undefined for a ticker that never had a bar and was not read often enough to say so. */
const silenceOf = (ticker: string, rhythm: Rhythm | undefined, { tick, sessions, verdicts, incomplete }: JudgeInput) => {
  const isOpen = (date: string): boolean =>
    incomplete.some((row) => row.ticker === ticker && row.date === date) ||
    verdicts.some((one) => one.kind === 'refused_request' && one.ticker === ticker && one.date === date)
  const isRefused = verdicts.some((one) => isTickerRefusal(one) && one.ticker === ticker)
  if (rhythm === undefined && (isRefused || sessions.every(({ date }) => isOpen(date)))) return undefined
  const usual = rhythm?.minutesPerBar === undefined ? MOST_SILENCE : 2 * usualPause(rhythm)
  return { lasts: sessionTime(sessions, rhythm?.heardUntil ?? 0, tick), limit: Math.min(MOST_SILENCE, Math.max(LEAST_SILENCE, usual)) }
}

const sessionTime = (sessions: readonly Session[], from: number, to: number): number =>
  sessions.reduce((sum, { opensAt, closesAt }) => sum + Math.max(0, Math.min(closesAt, to) - Math.max(opensAt, from)), 0)
