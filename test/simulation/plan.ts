import { seededRandom, type Random } from '../../local/schwab/seeded-random.ts'
import { chance, pick, whole } from './draw.ts'
import { drawFaults, type Fault } from './faults.ts'
import { WEEKS, type TradingDay } from './weeks.ts'

/** A session as the exchange has it in this run. */
export type MarketDay = { readonly date: string; readonly opensAt: number; readonly closesAt: number }

/** What kind of week a seed is, without what goes wrong in it. */
export type Plan = {
  readonly seed: number
  readonly week: string
  /** All sessions, the past ones that are filled in first among them. */
  readonly days: readonly MarketDay[]
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

export const drawPlan = (seed: number): Plan => {
  const random = seededRandom(seed)
  const week = pick(random, Object.keys(WEEKS))
  const all = WEEKS[week] ?? []
  const isLong = chance(random, 0.02)
  const minutes = isLong ? 390 : pick(random, [8, 12, 16, 24, 40])
  const past = whole(random, 0, isLong ? 1 : 3)
  const played = isLong ? 1 : minutes > 20 ? whole(random, 1, 3) : whole(random, 2, 5)
  const first = whole(random, 0, Math.max(0, all.length - past - played))
  const days = all.slice(first, first + past + played).map((day) => shorten(day, minutes / 390))
  const opening = days[past] ?? days[0]!
  const startAt = opening.opensAt - pick(random, [-7, 1, 90]) * MINUTE
  const tickers = NAMES.slice(0, isLong ? 1 : whole(random, 1, 4))
  const requestsPerMinute = pick(random, [4, 8, 120])
  const shape = {
    seed,
    week,
    days,
    startAt,
    sessionScale: minutes / 390,
    tickers,
    unknown: chance(random, 0.1) ? ['GONE'] : [],
    requestsPerMinute,
    backfillPerMinute: Math.max(1, Math.floor(requestsPerMinute / 4)),
    overlapMinutes: 3,
    horizonDays: 20,
    concurrency: whole(random, 2, 4),
    rotation: pick(random, ['none', 'rotate', 'rotate-and-kill-old'] as const),
    accessLife: pick(random, [30 * MINUTE, 6 * HOUR, 6 * HOUR]),
    loggedInAt: startAt - Math.floor(pick(random, [random(), random() * 6.9 * 24]) * HOUR) - HOUR,
    renewsEarly: chance(random, 0.5),
    reorders: chance(random, 0.5),
  }
  return { ...shape, faults: drawFaults(shape, random) }
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
export type { Random }
