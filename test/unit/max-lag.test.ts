import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, describe, it } from 'vitest'
import { maxLagMinutes } from '../../local/max-lag.ts'
import { storingLog } from '../../local/storing-log.ts'
import { toIso } from '../../shared/domain/time.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { bars, monday, tuesday } from '../contract/store-setup.ts'

const minute = (n: number): number => monday.opensAt + n * MINUTE
const source = (missing: readonly number[] = []) => ({
  bars: (_: string, from: number, to: number) =>
    [...bars(monday), ...bars(tuesday)].filter(({ at }) => at >= from && at < to && !missing.includes((at - monday.opensAt) / MINUTE)),
})
const played = [{ session: monday, tickers: ['QQQ'] }]
const stored = (at: number, newest: number) => ({ ticker: 'QQQ', at: minute(at), newest: minute(newest) })
const everyMinute = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => stored(from + i + 1, from + i))

describe('the longest lag of a run', () => {
  it('is nothing when each bar is stored as it ends, and a minute when it is stored seconds later', () => {
    expect(maxLagMinutes(everyMinute(0, 390), played, source())).toBe(0)
    const later = everyMinute(0, 390).map((one) => ({ ...one, at: one.at + 2_000 }))
    expect(maxLagMinutes(later, played, source())).toBe(1)
  })

  it('is the length of a standstill, and counts no time after the close', () => {
    expect(maxLagMinutes([...everyMinute(0, 60), ...everyMinute(89, 390)], played, source())).toBe(29)
    expect(maxLagMinutes([...everyMinute(0, 60), stored(600, 389)], played, source())).toBe(329)
  })

  it('is the whole session when nothing of it is stored', () => {
    expect(maxLagMinutes([], played, source())).toBe(389)
  })

  it('does not grow while nobody trades', () => {
    const quiet = Array.from({ length: 50 }, (_, i) => 100 + i)
    expect(maxLagMinutes([...everyMinute(0, 100), ...everyMinute(150, 390)], played, source(quiet))).toBe(0)
    expect(maxLagMinutes(everyMinute(0, 340), played, source(Array.from({ length: 50 }, (_, i) => 340 + i)))).toBe(0)
  })

  it('is read from what the writer logs', () => {
    const dir = mkdtempSync(join(tmpdir(), 'max-lag-'))
    const path = join(dir, 'storings.jsonl')
    const log = storingLog(path)
    expect(log.storings()).toEqual([])
    log.hear(
      JSON.stringify({ event: 'equity_data_inserted', at: toIso(minute(5)), tickers: ['QQQ', 'SPY'], newest: [toIso(minute(4)), ''] }),
    )
    log.hear(JSON.stringify({ event: 'indicators_inserted', at: toIso(minute(5)) }))
    log.hear('no JSON')
    expect(storingLog(path).storings()).toEqual([stored(5, 4)])
    rmSync(dir, { recursive: true, force: true })
  })
})
