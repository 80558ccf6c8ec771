import { chanceOf, hashOf, normal, seededRandom } from './seeded-random.ts'

/** What kind of stock a ticker is. */
export type Profile = {
  /** Dollars. */
  readonly level: number
  /** Standard deviation of a day's return. */
  readonly dailyVolatility: number
  /** Shares in a whole session. */
  readonly dailyVolume: number
  /** The chance that a minute in the middle of a session has a trade. */
  readonly tradeChance: number
}

/** About what these cost, so that a chart does not look odd. */
const KNOWN: Readonly<Record<string, Profile>> = {
  QQQ: { level: 480, dailyVolatility: 0.012, dailyVolume: 38e6, tradeChance: 1 },
  SPY: { level: 560, dailyVolatility: 0.009, dailyVolume: 60e6, tradeChance: 1 },
  AAPL: { level: 220, dailyVolatility: 0.015, dailyVolume: 50e6, tradeChance: 1 },
  MSFT: { level: 420, dailyVolatility: 0.014, dailyVolume: 20e6, tradeChance: 1 },
  NVDA: { level: 125, dailyVolatility: 0.028, dailyVolume: 200e6, tradeChance: 1 },
  TSLA: { level: 240, dailyVolatility: 0.032, dailyVolume: 90e6, tradeChance: 1 },
  PPLT: { level: 90, dailyVolatility: 0.013, dailyVolume: 9e4, tradeChance: 0.25 },
}

export const profileOf = (seed: number, ticker: string): Profile => {
  const known = KNOWN[ticker]
  if (known !== undefined) return known
  const liquidity = chanceOf(seed, ticker, 'liquidity')
  return {
    level: 12 * 30 ** chanceOf(seed, ticker, 'level'),
    dailyVolatility: 0.008 + 0.025 * chanceOf(seed, ticker, 'volatility'),
    dailyVolume: 5e4 * 1000 ** liquidity,
    // One ticker in five is illiquid.
    tradeChance: liquidity < 0.2 ? 0.15 + liquidity : liquidity < 0.5 ? 0.9 : 1,
  }
}

/** The longest wave of the price, 2^9 days. */
const OCTAVES = 9

/**
 * The closing price of a date in dollars, rounded to cents. It wanders like a random walk of the profile's volatility, but is computed
 * without walking: waves of 1, 2, 4 … 512 days are added, each a line between random heights at its own grid points.
 */
export const closeOn = (seed: number, ticker: string, profile: Profile, date: string): number => {
  const day = Date.parse(date) / 86_400_000
  let wandering = 0
  for (let octave = 0; octave <= OCTAVES; octave++) {
    const length = 2 ** octave
    const point = Math.floor(day / length)
    const share = day / length - point
    const height = (1 - share) * heightAt(seed, ticker, octave, point) + share * heightAt(seed, ticker, octave, point + 1)
    wandering += height * Math.sqrt(length) * 0.5
  }
  return Math.max(1, Math.round(profile.level * Math.exp(wandering * profile.dailyVolatility) * 100) / 100)
}

const heightAt = (seed: number, ticker: string, octave: number, point: number): number =>
  normal(seededRandom(hashOf(seed, ticker, octave, point)))
