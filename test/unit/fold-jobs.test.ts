import { describe, expect, it } from 'vitest'
import { foldJobs } from '../../shared/domain/fold-jobs.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { DAY, monday, sessionOn, weekdays } from '../contract/store-setup.ts'

const month = weekdays(23)
const later = month.at(-1)!.closesAt + 3 * HOUR

const parked = (ticker: string, sessions: readonly Session[]): FetchJob => ({
  v: 1,
  kind: sessions.length > 1 ? 'audit' : 'live',
  ticker,
  from: sessions[0]!.closesAt - 10 * MINUTE,
  to: sessions.at(-1)!.closesAt,
  sessions: [...sessions],
  notAfter: sessions.at(-1)!.closesAt,
  plannedAt: sessions.at(-1)!.closesAt,
  traceId: 'old',
})
const fold = (jobs: readonly FetchJob[], now = later, sessions: readonly Session[] = month) =>
  foldJobs(jobs, { now, sessions, traceId: 'redrive' })
const dates = (sessions: readonly Session[]): readonly string[] => sessions.map(({ date }) => date)
const datesOf = (jobs: readonly FetchJob[], now?: number) => fold(jobs, now).windows.map(({ job }) => dates(job.sessions))

describe('foldJobs', () => {
  it('makes nothing of nothing', () => {
    expect(fold([])).toEqual({ windows: [], unrecoverable: [] })
  })

  it('reads a session once and in full, whatever parts of it were asked for and how often', () => {
    const { windows } = fold([parked('QQQ', [monday]), parked('QQQ', [monday])])
    expect(windows).toEqual([
      {
        job: {
          v: 1,
          kind: 'backfill',
          ticker: 'QQQ',
          from: monday.opensAt,
          to: monday.closesAt,
          sessions: [monday],
          notAfter: later + 10 * MINUTE,
          plannedAt: later,
          traceId: 'old',
        },
        jobs: [0, 1],
        traceIds: ['old'],
      },
    ])
  })

  it('keeps a trace id that all jobs of a window have, and gives those of several a new one', () => {
    const traced = (ticker: string, traceId: string): FetchJob => ({ ...parked(ticker, [monday]), traceId })
    const { windows } = fold([traced('QQQ', 'a'), traced('QQQ', 'b'), traced('QQQ', 'a'), traced('SPY', 'b'), traced('SPY', 'b')])
    expect(windows.map(({ job, traceIds }) => [job.ticker, job.traceId, traceIds])).toEqual([
      ['QQQ', 'redrive', ['a', 'b']],
      ['SPY', 'b', ['b']],
    ])
  })

  it('makes one request per ticker of a week of a hundred tickers', () => {
    const week = month.slice(0, 5)
    const tickers = Array.from({ length: 100 }, (_, index) => `T${index}`)
    const jobs = tickers.flatMap((ticker) => week.flatMap((session) => [parked(ticker, [session]), parked(ticker, [session])]))
    const { windows } = fold(jobs)
    expect(windows.map(({ job }) => job.ticker)).toEqual(tickers)
    expect(new Set(windows.map(({ job }) => job.sessions.length))).toEqual(new Set([5]))
    expect(new Set(windows.flatMap(({ jobs: places }) => places)).size).toBe(1_000)
  })

  it('reaches over ten sessions with one request and no further', () => {
    const all = month.map((session) => parked('QQQ', [session]))
    expect(datesOf(all)).toEqual([dates(month.slice(0, 10)), dates(month.slice(10, 20)), dates(month.slice(20))])
    expect(datesOf([parked('QQQ', [month[0]!]), parked('QQQ', [month[9]!])])).toEqual([[month[0]!.date, month[9]!.date]])
    expect(datesOf([parked('QQQ', [month[0]!]), parked('QQQ', [month[10]!])])).toEqual([[month[0]!.date], [month[10]!.date]])
  })

  it('sorts what came in any order', () => {
    expect(datesOf([parked('QQQ', [month[2]!]), parked('QQQ', [month[0]!, month[1]!])])).toEqual([dates(month.slice(0, 3))])
  })

  it('names a job with every window that it has a part in', () => {
    const jobs = [parked('QQQ', month.slice(5, 15)), parked('QQQ', [month[0]!])]
    expect(fold(jobs).windows.map((window) => window.jobs)).toEqual([[1, 0], [0]])
  })

  it('asks for an open session up to the last full minute', () => {
    const now = monday.opensAt + 150 * MINUTE + 20_000
    const { windows } = fold([parked('QQQ', [monday])], now, [monday])
    expect(windows.map(({ job }) => [job.from, job.to, job.kind])).toEqual([[monday.opensAt, monday.opensAt + 150 * MINUTE, 'backfill']])
  })

  it('reports sessions beyond the horizon and asks for the others', () => {
    const old = sessionOn('2025-11-03')
    const { windows, unrecoverable } = fold([parked('SPY', [old]), parked('QQQ', [old, monday]), parked('QQQ', [old])])
    expect(unrecoverable).toEqual([
      { ticker: 'QQQ', date: '2025-11-03' },
      { ticker: 'SPY', date: '2025-11-03' },
    ])
    expect(windows.map(({ job, jobs }) => [job.ticker, dates(job.sessions), jobs])).toEqual([['QQQ', [monday.date], [1]]])
  })

  it('leaves a session that has just opened to the next tick', () => {
    const now = monday.opensAt + 30_000
    expect(fold([parked('QQQ', [monday])], now, [])).toEqual({ windows: [], unrecoverable: [] })
    expect(fold([parked('QQQ', [monday])], now + DAY, []).unrecoverable).toHaveLength(1)
  })
})
