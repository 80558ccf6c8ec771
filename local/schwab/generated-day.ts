import type { Candle } from '../../shared/domain/candle.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { Profile } from './generated-prices.ts'
import { normal, type Random, seededRandom } from './seeded-random.ts'

export type DayPlan = {
  readonly session: Session
  readonly profile: Profile
  /** Dollars, the price that the day before ended with. */
  readonly previousClose: number
  readonly close: number
  readonly seed: number
}

type Stretch = {
  readonly from: number
  readonly to: number
  readonly startPrice: number
  readonly endPrice: number
  /** Of trading at this share (0 to 1) of the stretch, 1 being the session's mean. */
  readonly activity: (share: number) => number
  readonly isThin: boolean
}

/** Trading is busiest at the open, quiet at noon and busy again at the close. */
const uShape = (share: number): number => 0.55 + 2.2 * Math.exp(-share * 14) + 1.6 * (2 * share - 1) ** 4
const flat = (): number => 0.02

/** All bars of a day: thin trading from 2½ hours before the open, the session, thin trading for four hours after the close. */
export const generateDay = (plan: DayPlan): readonly Candle[] => {
  const { session, profile, previousClose, close } = plan
  const random = seededRandom(plan.seed)
  const open = toCent(previousClose * Math.exp(normal(random) * profile.dailyVolatility * 0.4))
  const lateClose = toCent(close * Math.exp(normal(random) * profile.dailyVolatility * 0.1))
  const { opensAt, closesAt } = session
  const stretches: readonly Stretch[] = [
    { from: opensAt - 2.5 * HOUR, to: opensAt, startPrice: previousClose, endPrice: open, activity: flat, isThin: true },
    { from: opensAt, to: closesAt, startPrice: open, endPrice: close, activity: uShape, isThin: false },
    { from: closesAt, to: closesAt + 4 * HOUR, startPrice: close, endPrice: lateClose, activity: flat, isThin: true },
  ]
  return stretches.flatMap((stretch) => generateStretch(stretch, profile, random))
}

const generateStretch = (stretch: Stretch, profile: Profile, random: Random): readonly Candle[] => {
  const minutes = Math.round((stretch.to - stretch.from) / MINUTE)
  const deviation = (profile.dailyVolatility / Math.sqrt(390)) * (stretch.isThin ? 0.4 : 1)
  const path = bridge(stretch, minutes, deviation, random)
  const bars: Candle[] = []
  for (let minute = 0; minute < minutes; minute++) {
    const activity = stretch.activity(minute / minutes)
    const shares = Math.round(((profile.dailyVolume / 390) * activity * Math.exp(normal(random) * 0.45)) / 1.1)
    const reach = [random(), random()] as const
    const tradeChance = stretch.isThin ? profile.tradeChance * 0.15 : Math.min(1, profile.tradeChance * (0.6 + activity * 0.5))
    const isLiquid = profile.tradeChance >= 1 && !stretch.isThin
    // Drawn in every case, so that one ticker's gaps do not shift the rest of its day.
    const trades = random() < tradeChance || isLiquid
    if (!trades) continue
    const open = path[minute] ?? stretch.startPrice
    const close = path[minute + 1] ?? stretch.endPrice
    const spread = open * deviation * Math.sqrt(Math.min(3, activity + 0.3)) * 0.8
    bars.push({
      at: stretch.from + minute * MINUTE,
      open,
      high: Math.max(open, close, toCent(Math.max(open, close) + spread * reach[0])),
      low: Math.max(0.01, Math.min(open, close, toCent(Math.min(open, close) - spread * reach[1]))),
      close,
      volume: Math.max(1, shares),
    })
  }
  return bars
}

/** Prices at the edges of the minutes: a random walk that is bent to start and end where it has to. */
const bridge = (stretch: Stretch, minutes: number, deviation: number, random: Random): readonly number[] => {
  const walk = [0]
  for (let minute = 0; minute < minutes; minute++) walk.push((walk[minute] ?? 0) + normal(random) * deviation)
  const drift = Math.log(stretch.endPrice / stretch.startPrice) - (walk[minutes] ?? 0)
  return walk.map((steps, minute) => toCent(stretch.startPrice * Math.exp(steps + (drift * minute) / minutes)))
}

const toCent = (price: number): number => Math.max(0.01, Math.round(price * 100) / 100)
