import { describe, expect, it } from 'vitest'
import { missingMinutes } from '../../shared/domain/missing-minutes.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { monday, tuesday } from '../contract/store-setup.ts'

const limits = { requestsPerMinute: 120, backfillPerMinute: 20, overlapMinutes: 3 }
const sessions = [monday, tuesday]
const row = (ticker: string, session: typeof monday, coveredUntil?: number) => ({ ticker, date: session.date, coveredUntil })
const count = (tick: number, incomplete: readonly ReturnType<typeof row>[], tickers: readonly string[] = ['QQQ', 'SPY'], over = limits) =>
  missingMinutes({ tick, tickers, sessions, incomplete, limits: over })
const DAY = 390

describe('the missing minutes', () => {
  it('are none while the newest bars are at most two cadences old', () => {
    const tick = tuesday.opensAt + HOUR
    expect(count(tick, [row('QQQ', tuesday, tick - 2 * MINUTE), row('SPY', tuesday, tick)])).toBe(0)
  })

  it('grow by one a minute for each ticker that gets no bars', () => {
    const stopped = tuesday.opensAt + HOUR
    const rows = [row('QQQ', tuesday, stopped), row('SPY', tuesday, stopped)]
    expect([2, 3, 4, 62].map((minutes) => count(stopped + minutes * MINUTE, rows))).toEqual([0, 2, 4, 120])
  })

  it('are none in the first minutes of a session of which nothing is stored yet', () => {
    expect([1, 2, 3].map((minutes) => count(tuesday.opensAt + minutes * MINUTE, [row('QQQ', tuesday)]))).toEqual([0, 0, 1])
  })

  it('wait longer where a ticker is visited less often', () => {
    const few = { requestsPerMinute: 2, backfillPerMinute: 1, overlapMinutes: 3 }
    const tick = tuesday.opensAt + HOUR
    const rows = [row('QQQ', tuesday, tick - 6 * MINUTE)]
    expect(count(tick, rows, ['QQQ', 'SPY', 'DIA'], few)).toBe(0)
    expect(count(tick + MINUTE, rows, ['QQQ', 'SPY', 'DIA'], few)).toBe(1)
  })

  it('of a session that has closed end with its close, also in the evening and at the weekend', () => {
    const covered = monday.closesAt - 10 * MINUTE
    expect(count(monday.closesAt + 2 * MINUTE, [row('QQQ', monday, covered)])).toBe(10)
    expect(count(monday.closesAt + 48 * HOUR, [row('QQQ', monday, covered)])).toBe(10)
  })

  it('of all sessions and tickers are added up', () => {
    const rows = [row('QQQ', monday), row('SPY', monday), row('QQQ', tuesday, tuesday.closesAt - MINUTE)]
    expect(count(tuesday.closesAt + HOUR, rows)).toBe(2 * DAY + 1)
  })

  it('are none where sessions only wait for their audit', () => {
    expect(count(tuesday.closesAt + HOUR, [row('QQQ', monday, monday.closesAt), row('SPY', tuesday, tuesday.closesAt)])).toBe(0)
  })

  it('leave out tickers that are not asked for and sessions beyond the horizon', () => {
    const beyond = { ticker: 'QQQ', date: '2025-12-01', coveredUntil: undefined }
    expect(count(tuesday.closesAt + HOUR, [row('DIA', monday), beyond])).toBe(0)
  })
})
