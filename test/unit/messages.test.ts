import { describe, expect, it } from 'vitest'
import { CandleBatch, encodeCandleBatch, encodeFetchJob, FetchJob } from '../../shared/domain/messages.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { bar, bars, fullRead, monday, tuesday } from '../contract/store-setup.ts'

const job: FetchJob = {
  v: 1,
  kind: 'backfill',
  ticker: 'BRK/B',
  from: monday.opensAt,
  to: tuesday.closesAt,
  sessions: [monday, tuesday],
  notAfter: tuesday.closesAt + MINUTE,
  plannedAt: tuesday.closesAt,
  traceId: 'trace',
}
const batch = fullRead('QQQ', [monday], bars(monday, 0, 3))
const wire = (text: string): Record<string, unknown> => JSON.parse(text)

describe('a job', () => {
  it('comes off the queue as it was put on', () => {
    expect(FetchJob.parse(wire(encodeFetchJob(job)))).toEqual(job)
  })

  it('need not have an end of its use', () => {
    const { notAfter: _, ...endless } = job
    expect(FetchJob.parse(wire(encodeFetchJob(endless)))).toEqual(endless)
  })

  it('carries its times as ISO 8601 in UTC', () => {
    expect(wire(encodeFetchJob(job))).toMatchObject({
      from: '2026-01-05T14:30:00.000Z',
      notAfter: '2026-01-06T21:01:00.000Z',
      sessions: [{ date: '2026-01-05', opensAt: '2026-01-05T14:30:00.000Z', closesAt: '2026-01-05T21:00:00.000Z' }, {}],
    })
  })

  it.each([
    ['of another version', { v: 2 }],
    ['of an unknown kind', { kind: 'now' }],
    ['without a ticker', { ticker: '' }],
    ['without a session', { sessions: [] }],
    ['with a local time', { from: '2026-01-05T09:30:00' }],
    ['with epoch milliseconds', { from: monday.opensAt }],
    ['without a window', { to: undefined }],
  ])('%s is refused', (_name, change) => {
    expect(FetchJob.safeParse({ ...wire(encodeFetchJob(job)), ...change }).success).toBe(false)
  })
})

describe('a batch of candles', () => {
  it('comes off the queue as it was put on, unrounded', () => {
    const exact = { ...batch, candles: [...batch.candles, { ...bar(monday.opensAt + 3 * MINUTE), close: 100 / 3, volume: 0 }] }
    expect(CandleBatch.parse(wire(encodeCandleBatch(exact)))).toEqual(exact)
  })

  it('asks only for a recompute when it has neither candles nor sessions', () => {
    const empty: CandleBatch = { ...batch, kind: 'recompute', sessions: [], candles: [] }
    expect(CandleBatch.parse(wire(encodeCandleBatch(empty)))).toEqual(empty)
  })

  it('takes about sixty bytes for each bar, so that ten sessions fit into one message', () => {
    const long = encodeCandleBatch(fullRead('QQQ', [monday], bars(monday)))
    expect(Buffer.byteLength(long) * 10).toBeLessThan(1_048_576 / 2)
  })

  it.each([
    ['a bar that lacks its volume', { candles: [[monday.opensAt, 1, 1, 1, 1]] }],
    ['a price that is no number', { candles: [[monday.opensAt, 1, null, 1, 1, 1]] }],
    ['another version', { v: '1' }],
  ])('with %s is refused', (_name, change) => {
    expect(CandleBatch.safeParse({ ...wire(encodeCandleBatch(batch)), ...change }).success).toBe(false)
  })
})
