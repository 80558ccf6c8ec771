import { describe, expect, it } from 'vitest'
import { outageCells, tokenTexts } from '../../dashboard/token/token-texts.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { monday, tuesday } from '../contract/store-setup.ts'

const now = monday.closesAt
const times = { sessions: [monday], nextOpensAt: tuesday.opensAt }
const alive = { state: 'alive', accessExpiresAt: undefined, refreshExpiresAt: now + 100 * HOUR, reportedAt: now } as const

describe('the texts of the login', () => {
  it('count down to its end and name that in New York time', () => {
    expect(tokenTexts(alive, now, times)).toEqual({
      level: 'good',
      state: 'Good',
      left: '4 d 4 h',
      end: 'Ends Fri, Jan 9, 20:00 New York time',
      advice: 'Log in again between Wed, Jan 7, 20:00 and then; a mail reminds you.',
    })
  })

  it('name the open before which to act when one comes before the end', () => {
    const { level, advice } = tokenTexts({ ...alive, state: 'expiring', refreshExpiresAt: now + 20 * HOUR }, now, times)
    expect([level, advice]).toEqual(['warn', 'Log in before Tue, Jan 6, 09:30 New York time, the next open, and nothing stops.'])
  })

  it('name no open when none comes before the end', () => {
    const { advice } = tokenTexts({ ...alive, state: 'expiring', refreshExpiresAt: now + HOUR }, now, times)
    expect(advice).toBe('Log in before it ends, and nothing stops.')
  })

  it('say that a login is over once its end has come, whatever was said of it before', () => {
    expect(tokenTexts({ ...alive, refreshExpiresAt: now }, now, times)).toMatchObject({
      level: 'bad',
      state: 'Past its end',
      left: 'Ended',
    })
  })

  it.each([
    ['dead', 'bad', 'No longer accepted'],
    ['missing', 'bad', 'No login yet'],
  ] as const)('say what a %s token means', (state, level, word) => {
    expect(tokenTexts({ ...alive, state }, now, times)).toMatchObject({ level, state: word })
  })

  it('admit what nobody knows', () => {
    expect(tokenTexts({ ...alive, refreshExpiresAt: undefined }, now, times)).toMatchObject({ left: 'unknown' })
    expect(tokenTexts(undefined, now, times)).toMatchObject({ level: 'idle', left: '–' })
  })
})

describe('a line of the history of outages', () => {
  const outage = {
    id: 'o1',
    reason: 'reauth_required',
    startedAt: now,
    announcedAt: now,
    reauthorizedAt: now + 26 * HOUR,
    restoredAt: now + 26 * HOUR + 90 * MINUTE,
    parked: 1234,
    redriven: 5,
    missing: 0,
  }
  it('has both spans and what was parked, redriven and missed', () => {
    expect(outageCells(outage, now + 100 * HOUR, 77)).toEqual(['Jan 5, 16:00', 'login ended', '1 d 2 h', '1 h 30 min', '1,234', '5', '0'])
  })

  it('goes on while nobody has logged in, and while it is not complete', () => {
    const open = { ...outage, reauthorizedAt: undefined, restoredAt: undefined, missing: undefined }
    expect(outageCells(open, now + HOUR, 77).slice(2)).toEqual(['1 h 0 min so far', '–', '1,234', '5', '77'])
    const repaired = { ...outage, restoredAt: undefined }
    expect(outageCells(repaired, now + 27 * HOUR, undefined).slice(2)).toEqual(['1 d 2 h', 'under way', '1,234', '5', '0'])
  })
})
