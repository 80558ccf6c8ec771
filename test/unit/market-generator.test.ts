import { describe, expect, it } from 'vitest'
import { generatedMarket } from '../../local/schwab/generated-market.ts'
import type { Candle } from '../../shared/domain/candle.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { addDays } from '../../shared/domain/new-york.ts'
import type { Session } from '../../shared/domain/session.ts'

const calendar = marketCalendar()
const tickers = ['QQQ', 'PPLT', 'ZZZZ', 'ABCD']
const market = (seed = 7) => generatedMarket({ seed, tickers, calendar })
const sessionOn = (date: string): Session => {
  const session = calendar.sessionOn(date)
  if (session === undefined) throw new Error(`${date} is closed`)
  return session
}
const inSession = (date: string, ticker = 'QQQ', seed = 7): readonly Candle[] => {
  const { opensAt, closesAt } = sessionOn(date)
  return market(seed).bars(ticker, opensAt, closesAt)
}
const volume = (bars: readonly Candle[]): number => bars.reduce((sum, bar) => sum + bar.volume, 0)

describe('a generated market', () => {
  it('is the same whatever was asked before', () => {
    const { opensAt, closesAt } = sessionOn('2026-03-10')
    const asked = market()
    for (const ticker of tickers) asked.bars(ticker, opensAt - 30 * 86_400_000, closesAt)
    expect(asked.bars('QQQ', opensAt, closesAt)).toEqual(inSession('2026-03-10'))
  })

  it('is another one for another seed, ticker or date', () => {
    const volumes = (bars: readonly Candle[]) => bars.slice(0, 20).map((bar) => bar.volume)
    const one = volumes(inSession('2026-03-10'))
    for (const other of [inSession('2026-03-10', 'QQQ', 8), inSession('2026-03-10', 'ABCD'), inSession('2026-03-11')]) {
      expect(volumes(other)).not.toEqual(one)
    }
  })

  it('gives the same bars in parts as in one', () => {
    const { opensAt, closesAt } = sessionOn('2026-03-10')
    const whole = market().bars('PPLT', opensAt - 86_400_000, closesAt)
    const middle = opensAt - 3_600_000
    expect([...market().bars('PPLT', opensAt - 86_400_000, middle), ...market().bars('PPLT', middle, closesAt)]).toEqual(whole)
  })

  it.each(tickers)('has whole-minute bars of %s, sorted, with sound prices in cents', (ticker) => {
    const { opensAt, closesAt } = sessionOn('2026-03-10')
    const bars = market().bars(ticker, opensAt - 5 * 86_400_000, closesAt + 86_400_000)
    expect(bars.length).toBeGreaterThan(300)
    for (const [index, bar] of bars.entries()) {
      expect(bar.at % 60_000).toBe(0)
      expect(bar.at).toBeGreaterThan(bars[index - 1]?.at ?? 0)
      expect(bar.low).toBeGreaterThan(0)
      expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close))
      expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close))
      expect(Number.isInteger(bar.volume) && bar.volume > 0).toBe(true)
      for (const price of [bar.open, bar.high, bar.low, bar.close]) expect(price).toBe(Math.round(price * 100) / 100)
    }
  })

  it('trades every minute of a liquid ticker and has gaps in an illiquid one', () => {
    expect(inSession('2026-03-10')).toHaveLength(390)
    const illiquid = inSession('2026-03-10', 'PPLT').length
    expect(illiquid).toBeGreaterThan(40)
    expect(illiquid).toBeLessThan(250)
  })

  it('is busiest at the open and the close', () => {
    const bars = inSession('2026-03-10')
    const noon = volume(bars.slice(180, 210))
    expect(volume(bars.slice(0, 30))).toBeGreaterThan(2 * noon)
    expect(volume(bars.slice(-30))).toBeGreaterThan(1.5 * noon)
  })

  it('trades little outside the session', () => {
    const { opensAt } = sessionOn('2026-03-10')
    const early = market().bars('QQQ', opensAt - 2.5 * 3_600_000, opensAt)
    expect(early.length).toBeGreaterThan(0)
    expect(early.length).toBeLessThan(75)
    expect(volume(early)).toBeLessThan(volume(inSession('2026-03-10')) / 50)
  })

  it('jumps overnight, but goes on about where it stopped', () => {
    const dates = Array.from({ length: 120 }, (_, day) => addDays('2026-01-02', day)).filter((date) => calendar.sessionOn(date))
    const days = dates.map((date) => inSession(date))
    const jumps = days.slice(1).map((bars, day) => Math.abs((bars[0]?.open ?? 0) / (days[day]?.at(-1)?.close ?? 0) - 1))
    expect(Math.max(...jumps)).toBeLessThan(0.04)
    expect(jumps.filter((jump) => jump > 0.0005).length).toBeGreaterThan(jumps.length / 2)
    const returns = days.slice(1).map((bars, day) => Math.log((bars.at(-1)?.close ?? 0) / (days[day]?.at(-1)?.close ?? 0)))
    const deviation = Math.sqrt(returns.reduce((sum, one) => sum + one ** 2, 0) / returns.length)
    expect(deviation).toBeGreaterThan(0.004)
    expect(deviation).toBeLessThan(0.03)
  })

  it('ends an early close at 13:00', () => {
    const bars = inSession('2026-11-27')
    expect(bars).toHaveLength(210)
  })

  it('has nothing on a closed day or of a ticker it was not given', () => {
    const sunday = Date.parse('2026-03-08T05:00:00Z')
    expect(market().bars('QQQ', sunday, sunday + 86_400_000)).toEqual([])
    expect(market().has('NOPE')).toBe(false)
    expect(market().bars('NOPE', sunday, sunday + 5 * 86_400_000)).toEqual([])
  })
})
