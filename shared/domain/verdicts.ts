import type { Session } from './session.ts'
import { HOUR, MINUTE } from './time.ts'

/** What may be held against a ticker; `refused_request` against one session of it. */
export const VERDICT_KINDS = ['unknown_symbol', 'refused_data', 'refused_request', 'silence'] as const
export type VerdictKind = (typeof VERDICT_KINDS)[number]

/** One answer that speaks against a ticker, or against a session of it. */
export type Refusal = { readonly kind: Exclude<VerdictKind, 'silence'>; readonly ticker: string; readonly session?: Session | undefined }

/** Evidence, and what was made of it. Times are epoch milliseconds. */
export type Verdict = {
  readonly kind: VerdictKind
  readonly ticker: string
  /** Only of a `refused_request`. */
  readonly date: string | undefined
  readonly firstAt: number
  readonly lastAt: number
  readonly count: number
  /** The New York dates of the evidence. */
  readonly askedOn: readonly string[]
  /** Since when the evidence is enough. */
  readonly decidedAt: number | undefined
  readonly toldAt: number | undefined
  /** When it no longer held; people are still to be told. */
  readonly endedAt: number | undefined
  /** The newest answer that was stored of the ticker, or of its session. */
  readonly answeredAt: number | undefined
  /** Whether any ticker has a candle of the session. */
  readonly traded: boolean
}

/** How a ticker usually trades, as far as it has any candle. */
export type Rhythm = {
  readonly ticker: string
  /** The end of its newest candle, epoch milliseconds. */
  readonly heardUntil: number
  /** Minutes from one bar to the next on average; undefined: too little is known. */
  readonly minutesPerBar: number | undefined
}

/** Why a ticker is not asked as often as the others. */
export const isTickerRefusal = ({ kind }: Pick<Verdict, 'kind'>): boolean => kind === 'unknown_symbol' || kind === 'refused_data'

/** The ticker is set aside: nothing waits for its candles. */
export const isSetAside = (verdict: Verdict): boolean =>
  isTickerRefusal(verdict) && verdict.decidedAt !== undefined && verdict.endedAt === undefined

const LONGEST_WAIT = 6 * HOUR

/**
 * When a refused ticker is asked again: after a minute at first, then after an eighth of the time since the first refusal, at most six
 * hours. So a refusal that passes costs an eighth more than it lasted.
 */
export const tickerDueAt = ({ firstAt, lastAt }: Pick<Verdict, 'firstAt' | 'lastAt'>): number =>
  wholeMinute(lastAt) + clamp((lastAt - firstAt) / 8, LONGEST_WAIT)

const LONGEST_WAIT_FOR_A_DAY = 12 * HOUR

/** When a refused session is asked for again: each time after as long as it has been refused by then, at most twelve hours. */
export const sessionDueAt = ({ firstAt, lastAt }: Pick<Verdict, 'firstAt' | 'lastAt'>): number =>
  wholeMinute(lastAt) + clamp(lastAt - firstAt, LONGEST_WAIT_FOR_A_DAY)

const clamp = (wait: number, most: number): number => Math.ceil(Math.min(most, Math.max(MINUTE, wait)) / MINUTE) * MINUTE
const wholeMinute = (at: number): number => Math.floor(at / MINUTE) * MINUTE

/** A ticker with a bar in so great a part of the minutes is liquid. */
const LIQUID = 1 / 0.95
const SHORTEST_PAUSE = 5 * MINUTE
const LEAST_THIN_PAUSE = 30 * MINUTE
/** Where trades come by chance, a pause of six mean distances occurs once in a session; this is twice that. */
const UNUSUAL = 12

/**
 * How long a ticker may be without a bar in session before that is unusual, milliseconds: five minutes where nearly every minute has
 * one, else twelve times the mean distance between two bars and at least thirty minutes, as while nothing is known.
 */
export const usualPause = ({ minutesPerBar }: Pick<Rhythm, 'minutesPerBar'>): number => {
  if (minutesPerBar === undefined) return LEAST_THIN_PAUSE
  return minutesPerBar <= LIQUID ? SHORTEST_PAUSE : Math.max(LEAST_THIN_PAUSE, UNUSUAL * minutesPerBar * MINUTE)
}

/**
 * How long the feed as a whole may be without a candle: as long as the ticker that trades most. One that is silent while others come, as
 * after it was delisted, says nothing of the feed.
 * @param openedAt the open of the session, epoch milliseconds: a night is no pause
 */
export const usualFeedPause = (rhythms: readonly Rhythm[], openedAt: number): number => {
  const heard = ({ heardUntil }: Rhythm): number => Math.max(heardUntil, openedAt)
  const newest = Math.max(openedAt, ...rhythms.map(heard))
  const living = rhythms.filter((rhythm) => newest - heard(rhythm) <= usualPause(rhythm))
  return Math.min(LONGEST_FEED_PAUSE, ...(living.length === 0 ? [LEAST_THIN_PAUSE] : living.map(usualPause)))
}

/** A whole session without a candle is never usual. */
const LONGEST_FEED_PAUSE = 390 * MINUTE
