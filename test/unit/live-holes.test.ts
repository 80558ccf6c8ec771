import { describe, expect, it } from 'vitest'
import { liveHoles } from '../../functions/fetcher/live-holes.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { bars, monday } from '../contract/store-setup.ts'

const minute = (n: number): number => monday.opensAt + n * MINUTE
const job = (from: number, to: number, kind: FetchJob['kind'] = 'live'): FetchJob => ({
  v: 1,
  kind,
  ticker: 'QQQ',
  from: minute(from),
  to: minute(to),
  sessions: [monday],
  plannedAt: minute(to),
  notAfter: minute(to + 2),
  traceId: 'trace',
})
const now = minute(200)
const holes = (one: FetchJob, ...spans: readonly (readonly [number, number])[]) =>
  liveHoles(
    one,
    spans.flatMap(([first, end]) => bars(monday, first, end)),
    now,
  ).map(({ from, to }) => [(from - monday.opensAt) / MINUTE, (to - monday.opensAt) / MINUTE])

describe('the holes of a live window', () => {
  // A minute after the login the answer was cut to its newest 30 minutes, and everything was said to be restored.
  it('are the beginning that was cut off and the part that is missing inside', () => {
    expect(holes(job(57, 151), [121, 151])).toEqual([[57, 121]])
    expect(holes(job(57, 151), [57, 60], [90, 100], [129, 151])).toEqual([[60, 90]])
  })

  it('are asked for as jobs of their own that outlive the tick', () => {
    expect(liveHoles(job(57, 151), bars(monday, 121, 151), now)).toMatchObject([
      { kind: 'live', sessions: [monday], notAfter: now + 10 * MINUTE },
    ])
  })

  it('are not looked for after the last bar: the next window begins there', () => {
    expect(holes(job(57, 151), [57, 60])).toEqual([])
  })

  it('are none in a window of an hour, in an empty answer, or in a full read', () => {
    expect(holes(job(90, 150), [140, 150])).toEqual([])
    expect(holes(job(57, 151))).toEqual([])
    expect(holes(job(0, 390, 'audit'), [100, 390])).toEqual([])
  })
})
