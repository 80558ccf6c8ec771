import { describe, expect, it } from 'vitest'
import { freshnessSeconds, sessionStatus, type Known } from '../../cli/session-status.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'

const opensAt = Date.parse('2026-01-02T14:30:00Z')
const session = { date: '2026-01-02', opensAt, closesAt: opensAt + 390 * MINUTE }
const minutes = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => opensAt + index * MINUTE)

const known = (complete: boolean, rest: Partial<Known> = {}): Known => ({ complete, suspect: false, unreadable: 0, ...rest })

describe('the status of a session', () => {
  it('calls minutes without a bar no trade once the session is complete', () => {
    const bars = minutes(390).filter((_, index) => index % 10 !== 5)
    expect(sessionStatus(session, bars, known(true), session.closesAt + 5 * HOUR)).toEqual({
      date: '2026-01-02',
      expected: 390,
      stored: 351,
      noTrade: 39,
      unreadable: 0,
      pending: 0,
      missing: 0,
      first: opensAt,
      last: opensAt + 389 * MINUTE,
      complete: true,
      suspect: false,
    })
  })

  it('counts unreadable minutes apart, and calls a suspect session so until it is complete', () => {
    const later = session.closesAt + 5 * HOUR
    expect(sessionStatus(session, minutes(388), known(true, { unreadable: 1, suspect: true }), later)).toMatchObject({
      noTrade: 1,
      unreadable: 1,
      missing: 0,
      suspect: false,
    })
    expect(sessionStatus(session, minutes(388), known(false, { unreadable: 1, suspect: true }), later)).toMatchObject({
      unreadable: 1,
      missing: 1,
      suspect: true,
    })
  })

  it('calls them pending while the session is open, and expects only minutes that have ended', () => {
    const now = opensAt + 10 * MINUTE + 30_000
    expect(sessionStatus(session, minutes(8), known(false), now)).toMatchObject({
      expected: 10,
      stored: 8,
      pending: 2,
      missing: 0,
      complete: false,
    })
  })

  it('does not count the bar of the running minute', () => {
    expect(sessionStatus(session, minutes(11), known(false), opensAt + 10 * MINUTE + 30_000)).toMatchObject({
      expected: 10,
      stored: 10,
      pending: 0,
    })
  })

  it('calls them missing when an hour has passed since the close without a complete session', () => {
    expect(sessionStatus(session, minutes(380), known(false), session.closesAt + HOUR)).toMatchObject({ pending: 10, missing: 0 })
    expect(sessionStatus(session, minutes(380), known(false), session.closesAt + HOUR + 1)).toMatchObject({ pending: 0, missing: 10 })
  })

  it('has neither first nor last bar when nothing is stored', () => {
    expect(sessionStatus(session, [], known(false), session.closesAt + 2 * HOUR)).toMatchObject({
      stored: 0,
      missing: 390,
      first: undefined,
      last: undefined,
    })
  })

  it('passes over the bars of other sessions', () => {
    expect(sessionStatus(session, [opensAt - MINUTE, opensAt, session.closesAt], known(true), session.closesAt)).toMatchObject({
      stored: 1,
      first: opensAt,
      last: opensAt,
    })
  })
})

describe('freshness', () => {
  it('counts from the end of the newest bar', () => {
    expect(freshnessSeconds(session, opensAt + 4 * MINUTE, opensAt + 6 * MINUTE)).toBe(60)
  })

  it('counts from the open while the newest bar is of an earlier session', () => {
    expect(freshnessSeconds(session, opensAt - 18 * HOUR, opensAt + 2 * MINUTE)).toBe(120)
  })

  it('is nothing outside sessions', () => {
    expect(freshnessSeconds(undefined, opensAt, opensAt + HOUR)).toBeUndefined()
  })
})
