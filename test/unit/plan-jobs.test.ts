import { describe, expect, it } from 'vitest'
import { marketCalendar, sessionsBetween } from '../../shared/domain/calendar.ts'
import { newYorkInstant } from '../../shared/domain/new-york.ts'
import { cadenceMinutes, planJobs, type Coverage, type PlanInput } from '../../shared/domain/plan-jobs.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'

const calendar = marketCalendar()
const limits = { requestsPerMinute: 120, backfillPerMinute: 20, overlapMinutes: 3 }
const at = (date: string, time: string): number => newYorkInstant(date, time)

const missing = (ticker: string, date: string, rest: Partial<Coverage> = {}): Coverage => ({
  ticker,
  date,
  coveredUntil: undefined,
  candles: 0,
  lastAuditAt: undefined,
  claimedUntil: undefined,
  suspect: false,
  agreedSince: undefined,
  moved: false,
  wanted: false,
  ...rest,
})

const plan = (tick: number, rest: Partial<PlanInput>) =>
  planJobs({
    tick,
    tickers: ['QQQ'],
    sessions: sessionsBetween(calendar, tick - 30 * 24 * HOUR, tick),
    nextOpensAt: undefined,
    incomplete: [],
    unsettled: [],
    limits,
    traceId: 'trace',
    ...rest,
  })

describe('planJobs in session', () => {
  const tick = at('2019-02-12', '10:30')

  it('asks for the whole session so far when nothing is covered', () => {
    const { live } = plan(tick, { incomplete: [missing('QQQ', '2019-02-12')] })
    expect(live).toMatchObject([{ kind: 'live', ticker: 'QQQ', from: at('2019-02-12', '09:30'), to: tick, notAfter: tick + 2 * MINUTE }])
  })

  it('begins three minutes before the watermark', () => {
    const { live } = plan(tick, { incomplete: [missing('QQQ', '2019-02-12', { coveredUntil: tick - MINUTE })] })
    expect(live).toMatchObject([{ from: tick - 4 * MINUTE, to: tick }])
  })

  it('never begins before the open', () => {
    const tick = at('2019-02-12', '09:32')
    const { live } = plan(tick, { incomplete: [missing('QQQ', '2019-02-12', { coveredUntil: tick - MINUTE })] })
    expect(live).toMatchObject([{ from: at('2019-02-12', '09:30') }])
  })

  it('asks for nothing in the minute of the open, since no bar has ended', () => {
    const opening = at('2019-02-12', '09:30')
    expect(plan(opening, { incomplete: [missing('QQQ', '2019-02-12')] }).live).toEqual([])
  })

  it('begins before the watermark of the open session, whatever is known of the days before', () => {
    const rows = [missing('QQQ', '2019-02-12', { coveredUntil: tick - MINUTE }), missing('QQQ', '2019-02-08', { coveredUntil: 0 })]
    for (const incomplete of [rows, rows.toReversed()]) expect(plan(tick, { incomplete }).live).toMatchObject([{ from: tick - 4 * MINUTE }])
  })

  it('asks for nothing that is covered up to now', () => {
    expect(plan(tick, { incomplete: [missing('QQQ', '2019-02-12', { coveredUntil: tick })] }).live).toEqual([])
  })

  it('visits each ticker once in turn when there are more tickers than calls', () => {
    const tickers = Array.from({ length: 250 }, (_, index) => `T${index}`)
    const incomplete = tickers.map((ticker) => missing(ticker, '2019-02-12'))
    const visits = [0, 1, 2].map((minute) => plan(tick + minute * MINUTE, { tickers, incomplete }).live)
    expect(cadenceMinutes(250, limits)).toBe(3)
    expect(visits.every((jobs) => jobs.length <= 100)).toBe(true)
    expect(
      visits
        .flat()
        .map((job) => job.ticker)
        .toSorted(),
    ).toEqual(tickers.toSorted())
    expect(visits[0]?.[0]?.notAfter).toBe(tick + 6 * MINUTE)
  })

  it('is due again in the next minute', () => {
    expect(plan(tick, { incomplete: [] }).nextDueAt).toBe(tick + MINUTE)
  })
})

describe('planJobs after the close', () => {
  it('still asks for the last bars in the first minutes', () => {
    const { live } = plan(at('2019-02-12', '16:02'), {
      incomplete: [missing('QQQ', '2019-02-12', { coveredUntil: at('2019-02-12', '15:58') })],
    })
    expect(live).toMatchObject([{ to: at('2019-02-12', '16:00') }])
  })

  it('asks for them three minutes after the close for the last time', () => {
    const incomplete = [missing('QQQ', '2019-02-12', { coveredUntil: at('2019-02-12', '15:58') })]
    expect(plan(at('2019-02-12', '16:03'), { incomplete }).live).toHaveLength(1)
    expect(plan(at('2019-02-12', '16:04'), { incomplete }).live).toEqual([])
  })

  it('closes at 13:00 on the day after Thanksgiving', () => {
    const { live } = plan(at('2019-11-29', '13:01'), {
      incomplete: [missing('QQQ', '2019-11-29', { coveredUntil: at('2019-11-29', '12:58') })],
    })
    expect(live).toMatchObject([{ to: at('2019-11-29', '13:00') }])
  })

  it('audits half an hour after the close and not before', () => {
    const incomplete = [missing('QQQ', '2019-02-12', { coveredUntil: at('2019-02-12', '16:00'), candles: 390 })]
    expect(plan(at('2019-02-12', '16:29'), { incomplete })).toMatchObject({ live: [], full: [], nextDueAt: at('2019-02-12', '16:30') })
    expect(plan(at('2019-02-12', '16:30'), { incomplete }).full).toMatchObject([
      { kind: 'audit', from: at('2019-02-12', '09:30'), to: at('2019-02-12', '16:00') },
    ])
  })

  it('reads again in the next hour what an audit did not complete', () => {
    const incomplete = [missing('QQQ', '2019-02-12', { candles: 390, lastAuditAt: at('2019-02-12', '16:30') })]
    expect(plan(at('2019-02-12', '16:59'), { incomplete }).full).toEqual([])
    expect(plan(at('2019-02-12', '17:00'), { incomplete }).full).toHaveLength(1)
  })

  it('leaves a claimed session alone', () => {
    const tick = at('2019-02-12', '17:00')
    const incomplete = [missing('QQQ', '2019-02-12', { claimedUntil: tick + 5 * MINUTE })]
    expect(plan(tick, { incomplete })).toMatchObject({ full: [], nextDueAt: tick + 5 * MINUTE })
  })

  it('says when the market opens next', () => {
    const tick = at('2019-02-12', '20:00')
    const nextOpensAt = tick + 20 * MINUTE
    expect(plan(tick, { nextOpensAt }).nextDueAt).toBe(nextOpensAt + MINUTE)
  })
})

describe('planJobs for the past', () => {
  const tick = at('2019-02-16', '10:00')
  const sessions = sessionsBetween(calendar, tick - 30 * 24 * HOUR, tick)

  it('folds neighbouring sessions into one request, ten at the most', () => {
    const { full } = plan(tick, { incomplete: sessions.map(({ date }) => missing('QQQ', date)) })
    expect(full.map((job) => job.sessions.length).toSorted((a, b) => a - b)).toEqual(
      [sessions.length % 10, ...Array.from({ length: Math.floor(sessions.length / 10) }, () => 10)]
        .filter((n) => n > 0)
        .toSorted((a, b) => a - b),
    )
    expect(full.every((job) => job.kind === 'backfill' && job.notAfter === tick + 10 * MINUTE)).toBe(true)
  })

  it('reads neighbours from the first open to the last close, in whatever order they are named, and comes back when their claim ends', () => {
    const [first, second, third] = sessions.slice(-3).map(({ date }) => date)
    const rows = [
      missing('QQQ', third ?? ''),
      missing('QQQ', first ?? '', { candles: 390 }),
      missing('QQQ', second ?? '', { candles: 390 }),
    ]
    expect(plan(tick, { incomplete: rows })).toMatchObject({
      full: [{ kind: 'backfill', from: at(first ?? '', '09:30'), to: at(third ?? '', '16:00') }],
      nextDueAt: tick + 10 * MINUTE,
    })
  })

  it('does not fetch a complete session between two gaps', () => {
    const [first, , third] = sessions
    const { full } = plan(tick, { incomplete: [missing('QQQ', first?.date ?? ''), missing('QQQ', third?.date ?? '')] })
    expect(full.map((job) => job.sessions.map(({ date }) => date))).toEqual([[third?.date], [first?.date]])
  })

  it('stays within its share of the budget, newest first, and comes back in a minute', () => {
    const tickers = Array.from({ length: 30 }, (_, index) => `T${index}`)
    const { full, nextDueAt } = plan(tick, { tickers, incomplete: tickers.map((ticker) => missing(ticker, '2019-02-15')) })
    expect(full).toHaveLength(20)
    expect(nextDueAt).toBe(tick + MINUTE)
  })

  it('ignores what lies beyond the horizon', () => {
    expect(plan(tick, { incomplete: [missing('QQQ', '2018-06-01')] }).full).toEqual([])
  })
})

describe('planJobs with suspect sessions', () => {
  const closed = at('2019-02-12', '16:00')
  const suspect = (lastAuditAt: number, rest: Partial<Coverage> = {}) =>
    missing('QQQ', '2019-02-12', { candles: 60, suspect: true, lastAuditAt, agreedSince: closed + 30 * MINUTE, ...rest })
  const dueAt = (row: Coverage) => {
    for (let tick = closed; tick < closed + 60 * HOUR; tick += 30 * MINUTE)
      if (plan(tick, { incomplete: [row] }).full.length > 0) return tick
    return undefined
  }

  it('reads each of them alone, and the others together', () => {
    const tick = at('2019-02-15', '16:30')
    const days = sessionsBetween(calendar, tick - 5 * 24 * HOUR, tick).map(({ date }) => date)
    const incomplete = days.map((date, index) => missing('QQQ', date, { suspect: index === 1 }))
    expect(plan(tick, { incomplete }).full.map(({ sessions }) => sessions.length)).toEqual([days.length - 2, 1, 1])
  })

  it('waits as long again as they have agreed, four hours at most', () => {
    expect(dueAt(suspect(closed + 30 * MINUTE))).toBe(closed + HOUR)
    expect(dueAt(suspect(closed + 60 * MINUTE))).toBe(closed + 2 * HOUR)
    expect(dueAt(suspect(closed + 4 * HOUR))).toBe(closed + 8 * HOUR)
    expect(dueAt(suspect(closed + 12 * HOUR))).toBe(closed + 16 * HOUR)
  })

  it('does not wait before the first read that agrees', () => {
    expect(dueAt(suspect(closed + 4 * HOUR, { agreedSince: undefined }))).toBe(closed + 5 * HOUR)
  })

  it('asks next when it can be proven, once the source has moved on', () => {
    expect(dueAt(suspect(closed + 30 * MINUTE, { moved: true }))).toBe(closed + 13 * HOUR)
  })
})

describe('planJobs with complete sessions that are wanted again', () => {
  const tick = at('2019-02-13', '08:00')

  it('reads them with their incomplete neighbours, and says which are complete', () => {
    const { full } = plan(tick, {
      incomplete: [missing('QQQ', '2019-02-12', { candles: 390 })],
      unsettled: [missing('QQQ', '2019-02-11', { candles: 390, lastAuditAt: at('2019-02-11', '16:30') })],
    })
    expect(full).toMatchObject([{ kind: 'audit', sessions: [{ date: '2019-02-11', complete: true }, { date: '2019-02-12' }] }])
    expect(full[0]?.sessions[1]).not.toHaveProperty('complete')
  })

  it('does not wait for the next hour, but for their claim', () => {
    const row = missing('QQQ', '2019-02-12', { candles: 390, lastAuditAt: tick - MINUTE, claimedUntil: tick + 5 * MINUTE })
    expect(plan(tick, { unsettled: [row] })).toMatchObject({ full: [], nextDueAt: tick + 5 * MINUTE })
    expect(plan(tick + 5 * MINUTE, { unsettled: [row] }).full).toHaveLength(1)
  })

  it('wakes two hours before the open for the sessions that are complete by then', () => {
    expect(plan(at('2019-02-13', '07:10'), { nextOpensAt: at('2019-02-13', '09:30') }).nextDueAt).toBe(at('2019-02-13', '07:30'))
  })
})
