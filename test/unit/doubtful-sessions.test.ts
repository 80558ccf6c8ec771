import { describe, expect, it } from 'vitest'
import { doubtfulSessions, singleSessionJob } from '../../functions/fetcher/doubtful-sessions.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { bars, monday, tuesday } from '../contract/store-setup.ts'

const sessions = [monday, tuesday]

describe('doubtfulSessions', () => {
  it('finds none where each session begins at its open', () => {
    expect(doubtfulSessions(sessions, [...bars(monday), ...bars(tuesday)], tuesday.closesAt)).toEqual([])
  })

  it('names the session that has no bar, though its neighbours have', () => {
    expect(doubtfulSessions(sessions, bars(tuesday), tuesday.closesAt)).toEqual([monday])
    expect(doubtfulSessions(sessions, [], tuesday.closesAt)).toEqual(sessions)
  })

  it('names the session whose first bar is an hour late, not one of 59 minutes', () => {
    expect(doubtfulSessions(sessions, [...bars(monday, 60), ...bars(tuesday, 59)], tuesday.closesAt)).toEqual([monday])
  })

  it('names the session whose last bar is more than an hour before the close', () => {
    const withoutTheLast = (minutes: number) => bars(tuesday).slice(0, -minutes)
    expect(doubtfulSessions(sessions, [...bars(monday), ...withoutTheLast(60)], tuesday.closesAt)).toEqual([tuesday])
    expect(doubtfulSessions(sessions, [...bars(monday), ...withoutTheLast(59)], tuesday.closesAt)).toEqual([])
  })

  it('does not mind gaps in between', () => {
    expect(doubtfulSessions(sessions, [...bars(monday, 0, 1), ...bars(monday).slice(-1), ...bars(tuesday)], tuesday.closesAt)).toEqual([])
  })
})

describe('doubtfulSessions of an answer that ends in an open session', () => {
  const at = (minutes: number): number => tuesday.opensAt + minutes * MINUTE

  it('takes the end of what was asked for the end of that session', () => {
    expect(doubtfulSessions(sessions, [...bars(monday), ...bars(tuesday, 0, 150)], at(150))).toEqual([])
    expect(doubtfulSessions(sessions, [...bars(monday), ...bars(tuesday, 0, 89)], at(150))).toEqual([tuesday])
  })

  it('does not miss the bars of a session that has hardly begun', () => {
    expect(doubtfulSessions(sessions, bars(monday), at(60))).toEqual([])
    expect(doubtfulSessions(sessions, bars(monday), at(61))).toEqual([tuesday])
  })
})

describe('singleSessionJob', () => {
  it('is the same job for one session from its open to its close', () => {
    const job: FetchJob = {
      v: 1,
      kind: 'backfill',
      ticker: 'QQQ',
      from: monday.opensAt,
      to: tuesday.closesAt,
      sessions,
      plannedAt: tuesday.closesAt,
      traceId: 'trace',
    }
    expect(singleSessionJob(job, tuesday)).toEqual({ ...job, from: tuesday.opensAt, to: tuesday.closesAt, sessions: [tuesday] })
  })

  it('ends where the job does', () => {
    const to = tuesday.opensAt + 90 * MINUTE
    const job: FetchJob = { v: 1, kind: 'backfill', ticker: 'QQQ', from: monday.opensAt, to, sessions, plannedAt: to, traceId: 'trace' }
    expect([singleSessionJob(job, monday).to, singleSessionJob(job, tuesday).to]).toEqual([monday.closesAt, to])
  })
})
