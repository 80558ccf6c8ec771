import { describe, expect, it } from 'vitest'
import { doubtfulSessions, singleSessionJob } from '../../functions/fetcher/doubtful-sessions.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import { bars, monday, tuesday } from '../contract/store-setup.ts'

const sessions = [monday, tuesday]

describe('doubtfulSessions', () => {
  it('finds none where each session begins at its open', () => {
    expect(doubtfulSessions(sessions, [...bars(monday), ...bars(tuesday)])).toEqual([])
  })

  it('names the session that has no bar, though its neighbours have', () => {
    expect(doubtfulSessions(sessions, bars(tuesday))).toEqual([monday])
    expect(doubtfulSessions(sessions, [])).toEqual(sessions)
  })

  it('names the session whose first bar is an hour late, not one of 59 minutes', () => {
    expect(doubtfulSessions(sessions, [...bars(monday, 60), ...bars(tuesday, 59)])).toEqual([monday])
  })

  it('names the session whose last bar is more than an hour before the close', () => {
    const withoutTheLast = (minutes: number) => bars(tuesday).slice(0, -minutes)
    expect(doubtfulSessions(sessions, [...bars(monday), ...withoutTheLast(60)])).toEqual([tuesday])
    expect(doubtfulSessions(sessions, [...bars(monday), ...withoutTheLast(59)])).toEqual([])
  })

  it('does not mind gaps in between', () => {
    expect(doubtfulSessions(sessions, [...bars(monday, 0, 1), ...bars(monday).slice(-1), ...bars(tuesday)])).toEqual([])
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
})
