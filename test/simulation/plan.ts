import { seededRandom } from '../../local/schwab/seeded-random.ts'
import { drawCombinedFaults } from './combined-faults.ts'
import { chance, pick, whole } from './draw.ts'
import { drawFaults, type Fault } from './faults.ts'
import { drawLongFaults } from './long-faults.ts'
import { WEEKS, type TradingDay } from './weeks.ts'

/** A session as the exchange has it in this run. */
export type MarketDay = { readonly date: string; readonly opensAt: number; readonly closesAt: number }

/** What kind of week a seed is, without what goes wrong in it. */
export type Plan = {
  readonly seed: number
  readonly week: string
  /** All sessions, the past ones that are filled in first among them. */
  readonly days: readonly MarketDay[]
  /** Days that the pipeline takes for sessions, and on which the exchange was closed. */
  readonly unlisted: readonly MarketDay[]
  readonly startAt: number
  /** How much of a real session is played: 1 is all of it. */
  readonly sessionScale: number
  readonly tickers: readonly string[]
  /** In the configuration, and unknown to Schwab. */
  readonly unknown: readonly string[]
  readonly requestsPerMinute: number
  readonly backfillPerMinute: number
  readonly overlapMinutes: number
  readonly horizonDays: number
  readonly concurrency: number
  readonly rotation: 'none' | 'rotate' | 'rotate-and-kill-old'
  /** How long Schwab's access tokens live, milliseconds. */
  readonly accessLife: number
  /** When the person logged in before the run. */
  readonly loggedInAt: number
  /** Renews the login when the mail says that it will end. */
  readonly renewsEarly: boolean
  /** Messages come out of the queues in any order. */
  readonly reorders: boolean
  readonly faults: readonly Fault[]
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NAMES = ['QQQ', 'SPY', 'BRK/B', 'PPLT', 'AAPL', 'MSFT']

const LONG_HORIZON = 20

type Length = { readonly minutes: readonly number[]; readonly past: number; readonly played: number; readonly tickers: number }
const SHORT: Length = { minutes: [5, 8, 12, 16], past: 3, played: 2, tickers: 4 }
const WEEK: Length = { minutes: [6, 10, 20], past: 2, played: 5, tickers: 3 }
const HISTORY: Length = { minutes: [110, 130], past: 3, played: 1, tickers: 1 }
const LONG: Length = { minutes: [140], past: 2, played: 2, tickers: 2 }
const FULL: Length = { minutes: [390], past: 1, played: 1, tickers: 1 }
const times = (count: number, length: Length): readonly Length[] => Array.from({ length: count }, () => length)
const LENGTHS = [...times(62, SHORT), ...times(14, WEEK), ...times(5, HISTORY), ...times(17, LONG), ...times(2, FULL)]

export const drawPlan = (seed: number): Plan => {
  const random = seededRandom(seed)
  const week = pick(random, Object.keys(WEEKS))
  const all = WEEKS[week] ?? []
  // A full session costs as much as fifty short ones; short ones have every rule in them but the 300 bars of history.
  const length = pick(random, LENGTHS)
  const minutes = pick(random, length.minutes)
  const past = whole(random, 0, length.past)
  const played = Math.min(whole(random, 1, length.played), all.length - past)
  const first = whole(random, 0, Math.max(0, all.length - past - played))
  const traded = all.slice(first, first + past + played).map((day) => shorten(day, minutes / 390))
  // A day on which the exchange was closed, as the calendar of the pipeline does not know.
  const closed = traded.length > 2 && chance(random, 0.04) ? traded[whole(random, 1, traded.length - 2)] : undefined
  const days = traded.filter((day) => day !== closed)
  const opening = days[Math.min(past, days.length - 1)]!
  // Before the open, or in the midst of the session.
  const startAt = opening.opensAt + pick(random, [-90, -7, 2]) * MINUTE
  const tickers = NAMES.slice(0, whole(random, 1, length.tickers))
  const requestsPerMinute = pick(random, [4, 8, 120])
  const shape = {
    seed,
    week,
    days,
    unlisted: closed === undefined ? [] : [closed],
    startAt,
    sessionScale: minutes / 390,
    tickers,
    unknown: chance(random, 0.1) ? ['GONE'] : [],
    requestsPerMinute,
    backfillPerMinute: Math.max(1, Math.floor(requestsPerMinute / 4)),
    overlapMinutes: 3,
    horizonDays: pick(random, [LONG_HORIZON, LONG_HORIZON, LONG_HORIZON, 2]),
    concurrency: whole(random, 2, 4),
    rotation: pick(random, ['none', 'rotate', 'rotate-and-kill-old'] as const),
    accessLife: pick(random, [30 * MINUTE, 4 * HOUR, 8 * HOUR, 8 * HOUR]),
    loggedInAt: startAt - Math.floor(pick(random, [random(), random() * 6.9 * 24]) * HOUR) - HOUR,
    renewsEarly: chance(random, 0.5),
    reorders: chance(random, 0.5),
  }
  const drawn = drawFaults(shape, random)
  const combined = chance(random, 0.3) ? drawCombinedFaults(shape, random) : []
  // Half of those that have come together for a reason come alone.
  const faults: readonly Fault[] = [...(combined.length > 0 && chance(random, 0.5) ? [] : drawn), ...combined].toSorted(
    (a, b) => a.at - b.at,
  )
  // What was traded before the weekend is not read again with the shortest horizon.
  const horizonOf = (list: readonly Fault[]): number =>
    list.some(({ kind }) => kind === 'split' || kind === 'corrected') ? LONG_HORIZON : shape.horizonDays
  if (length !== LONG && length !== FULL) return { ...shape, horizonDays: horizonOf(faults), faults }
  // Swarm-style: half of these runs have nothing else, so that what is rare is not drowned.
  const rare = drawLongFaults(shape, random)
  const withRare = [...(chance(random, 0.5) ? faults : []), ...rare].toSorted((a, b) => a.at - b.at)
  return { ...shape, horizonDays: horizonOf(withRare), faults: withRare }
}

/** So many minutes of the day as the scale says, from its open. */
const shorten = ({ date, opensAt, minutes }: TradingDay, scale: number): MarketDay => ({
  date,
  opensAt,
  closesAt: opensAt + Math.max(2, Math.round(minutes * scale)) * MINUTE,
})

/** The same for what the pipeline's own calendar says. */
export const shortenedClose = (opensAt: number, closesAt: number, scale: number): number =>
  opensAt + Math.max(2, Math.round(((closesAt - opensAt) / MINUTE) * scale)) * MINUTE

export type Shape = Omit<Plan, 'faults'>
