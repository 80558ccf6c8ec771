import { describe, expect, it } from 'vitest'
import { type HealthFacts, healthOf } from '../../dashboard/health/health.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { monday, tuesday } from '../contract/store-setup.ts'

const now = monday.opensAt + HOUR + 20_000
const newest = {
  minute: monday.opensAt + HOUR,
  inSession: true,
  freshnessSeconds: 60,
  missing: 0,
  liveJobs: 2,
  fullJobs: 0,
  calls: 2,
  stored: 2,
  queues: {},
}
const token = { state: 'alive', accessExpiresAt: undefined, refreshExpiresAt: now + 100 * HOUR, reportedAt: now } as const
const outage = {
  id: 'o1',
  reason: 'reauth_required',
  startedAt: now - 2 * HOUR,
  announcedAt: undefined,
  reauthorizedAt: undefined,
  restoredAt: undefined,
  parked: 3,
  redriven: 0,
  missing: undefined,
}
const schedule = { tickers: ['QQQ'], sessions: [monday], nextOpensAt: tuesday.opensAt, cadenceMinutes: 1 }
const facts: HealthFacts = {
  now,
  allowance: 0,
  isLocal: false,
  trouble: undefined,
  readAt: now,
  isRead: true,
  newest,
  token,
  schedule,
  outage: undefined,
}
const health = (over: Partial<HealthFacts>) => {
  const { level, headline } = healthOf({ ...facts, ...over })
  return [level, headline]
}

describe('how the feed is', () => {
  it('is live while every candle comes in its time', () => {
    expect(health({})).toEqual(['good', 'The feed is live'])
  })

  it('is closed outside of sessions, with the next open in New York time', () => {
    const closed = healthOf({ ...facts, newest: { ...newest, inSession: false, freshnessSeconds: 0 } })
    expect(closed).toMatchObject({ level: 'idle', headline: 'The market is closed' })
    expect(closed.detail).toContain('It opens Tue, Jan 6, 09:30 New York time.')
  })

  it('is first of all that nothing can be read, since when, and up to when the page shows', () => {
    const trouble = { since: now, who: 'database', what: 'no answer' } as const
    const silent = healthOf({ ...facts, trouble, readAt: now - 5 * MINUTE, token: { ...token, state: 'dead' } })
    expect(silent.headline).toBe('Supabase does not answer since 10:30')
    expect(silent.detail).toContain('Showing data up to 10:25.')
    expect(healthOf({ ...facts, trouble: { ...trouble, who: 'stack' }, isLocal: true }).detail).toContain('npm start')
  })

  it.each([
    ['a dead token', { token: { ...token, state: 'dead' as const } }],
    ['an outage that nobody has ended', { outage }],
  ])('is a stopped feed by %s, whatever else is', (_, over) => {
    expect(health({ ...over, newest: { ...newest, freshnessSeconds: 9000 } })).toEqual([
      'bad',
      'The feed has stopped: Schwab asks for a login',
    ])
  })

  it('is a first login that nobody has made', () => {
    expect(health({ token: { ...token, state: 'missing' } })).toEqual(['bad', 'Nobody has logged in at Schwab yet'])
  })

  it('is a scheduler that says nothing', () => {
    expect(health({ now: newest.minute + 4 * MINUTE })).toEqual(['bad', 'The scheduler has not reported since Mon, Jan 5, 10:30'])
    expect(health({ now: newest.minute + 4 * MINUTE, allowance: 2 * MINUTE })[0]).toBe('good')
    expect(health({ newest: undefined })[1]).toBe('Nothing has happened yet')
  })

  it('is a recovery with what is still missing, until it is proven', () => {
    const repaired = { ...outage, reauthorizedAt: now - MINUTE }
    const late = { ...newest, freshnessSeconds: 7000, missing: 1234 }
    expect(healthOf({ ...facts, outage: repaired, newest: late })).toMatchObject({
      level: 'warn',
      headline: 'What was missed is being filled in',
      detail: expect.stringContaining('1,234 minutes to go.'),
    })
    expect(health({ outage: repaired })).toEqual(['warn', 'Everything is fetched; the proof is under way'])
  })

  it.each([
    [60, 'good'],
    [180, 'good'],
    [250, 'warn'],
    [400, 'bad'],
  ])('with a newest candle of %i s is %s', (freshnessSeconds, level) => {
    expect(health({ newest: { ...newest, freshnessSeconds } })[0]).toBe(level)
  })

  it('is no recovery any more when again no candle comes after the login', () => {
    const repaired = { ...outage, reauthorizedAt: now - 20 * MINUTE }
    expect(health({ outage: repaired, newest: { ...newest, freshnessSeconds: 2400 } })).toEqual(['bad', 'No candle comes'])
  })

  it('is not all in its place while much is missing', () => {
    expect(healthOf({ ...facts, newest: { ...newest, missing: 1 } })).toMatchObject({
      level: 'good',
      detail: 'Still to be fetched or proven: 1 minute.',
    })
    expect(health({ newest: { ...newest, missing: 23_400 } })).toEqual(['warn', 'The feed is live, but much is missing'])
  })

  it('is a login past its end, and one that nobody looks after, whatever was said of it', () => {
    expect(health({ token: { ...token, refreshExpiresAt: now - 1 } })).toEqual(['bad', 'The login is past its end'])
    expect(health({ token: { ...token, reportedAt: now - 3 * HOUR } })[1]).toBe('Nobody has looked after the login since Mon, Jan 5, 07:30')
  })

  it('is not known before anything was read', () => {
    expect(health({ isRead: false, newest: undefined })).toEqual(['idle', 'Reading …'])
  })

  it('is a dead letter that somebody should look at, but not a parked job', () => {
    const depth = { visible: 1, inFlight: 1, delayed: 0 }
    const { level, detail } = healthOf({ ...facts, newest: { ...newest, queues: { 'jobs-dlq': depth, 'auth-dlq': depth } } })
    expect([level, detail]).toEqual(['warn', '2 in jobs-dlq. See them with: npm run kite -- dlq list'])
  })

  it('warns of a login that ends within hours', () => {
    const ends = (hours: number) => ({ ...token, state: 'expiring' as const, refreshExpiresAt: now + hours * HOUR })
    expect(health({ token: ends(5) })[0]).toBe('warn')
    expect(health({ token: ends(40) })[0]).toBe('good')
    expect(healthOf({ ...facts, token: ends(40) }).detail).toContain('The login ends in 1 d 16 h.')
  })
})
