import { beforeEach, describe, expect, it } from 'vitest'
import { sessionHit, warningsOf } from '../../functions/token-keeper/warnings.ts'
import { remindersOf } from '../../functions/token-keeper/reminders.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { OUTAGE_REASONS, type Outage } from '../../shared/domain/outage.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { announceOutage, announceReauthorized } from '../../shared/token/announce.ts'
import { outageDetail } from '../../shared/token/outage-detail.ts'
import { OUTAGE_TEXTS, REJECTION_TEXTS } from '../../shared/token/outage-texts.ts'
import { publishOnce } from '../../shared/token/publish-once.ts'
import { tokenWorld, type TokenWorld } from '../fakes/token-world.ts'

const calendar = marketCalendar()
const at = (text: string): number => Date.parse(text)
const DIED = at('2026-01-13T15:00:00Z')
const outage: Outage = {
  id: 'o1',
  reason: 'entitlement',
  startedAt: DIED,
  deadVersion: 'v',
  announcedAt: DIED,
  reauthorizedAt: undefined,
  restoredAt: undefined,
  parked: 7,
  redriven: 0,
}
let world: TokenWorld
beforeEach(() => {
  world = tokenWorld()
})

describe('the announcement of an outage', () => {
  it('names the newest candle and the first fifty tickers, and counts the rest', () => {
    const tickers = Array.from({ length: 60 }, (_, index) => `T${index}`)
    const detail = outageDetail(outage, DIED - MINUTE, { reauthUrl: 'https://x.example', signingKey: 'k', tickers }, DIED)
    expect(detail).toMatchObject({
      lastGoodCandle: '2026-01-13T14:59:00.000Z',
      lastGoodCandleText: 'Tuesday, January 13, 09:59 New York time',
      tickerCount: 60,
      parkedJobs: 7,
    })
    expect(detail.tickers).toEqual(tickers.slice(0, 50))
  })

  it.each(OUTAGE_REASONS)('says in a sentence what happened and what to do for %s', (reason) => {
    for (const text of [OUTAGE_TEXTS[reason], REJECTION_TEXTS[reason]]) expect(text).toMatch(/^[A-Z].{40,400}\.$/)
    // A line of the mail is a JSON string: a quotation mark in it is escaped by EventBridge, a line break is not.
    expect(OUTAGE_TEXTS[reason]).not.toMatch(/\n/)
  })

  it('is made once by all who try at the same time', async () => {
    const deps = world.instance()
    expect((await Promise.all([1, 2, 3].map(() => announceOutage(outage, deps)))).toSorted()).toEqual(['published', 'taken', 'taken'])
    expect(await announceOutage(outage, deps)).toBe('already')
    expect(world.types()).toEqual(['ReauthRequired'])
  })
})

describe('publishOnce', () => {
  const event = () => ({ type: 'TickerUnknown', detail: { ticker: 'QQQ', since: '2026-01-14T00:00:00Z', sinceText: 'Tuesday' } }) as const

  // Lambda freezes what an invocation left undone and thaws it with the next: the event went out a second time, half an hour later.
  it('publishes nothing when its environment was frozen for longer than its claim lasts', async () => {
    const frozen = publishOnce('key', () => ((world.now += HOUR), event()), world.instance())
    expect(await frozen).toBe('taken')
    expect(await publishOnce('key', event, world.instance())).toBe('published')
    expect(world.types()).toEqual(['TickerUnknown'])
  })

  it('leaves it to the next when the bus refuses it: after two minutes, and not before', async () => {
    const deps = world.instance()
    world.bus.setDown(true)
    await expect(publishOnce('key', event, deps)).rejects.toMatchObject({ code: 'AWS_UNAVAILABLE' })
    world.bus.setDown(false)
    world.now += 2 * MINUTE - 1
    expect(await publishOnce('key', event, deps)).toBe('taken')
    world.now += 1
    expect(await publishOnce('key', event, deps)).toBe('published')
    expect(world.book.published()).toContain('key')
  })
})

describe('the word that a token is stored again', () => {
  it('is one for each outage, and one for each version without', async () => {
    const deps = world.instance()
    const news = { versionId: 'v1', outageId: undefined, how: 'login', at: DIED, refreshExpiresAt: DIED + HOUR } as const
    await announceReauthorized(news, deps)
    await announceReauthorized(news, deps)
    await announceReauthorized({ ...news, versionId: 'v2' }, deps)
    await announceReauthorized({ ...news, versionId: 'v3', outageId: 'o1' }, deps)
    await announceReauthorized({ ...news, versionId: 'v4', outageId: 'o1', how: 'by_hand' }, deps)
    expect(world.events('Reauthorized').map(({ how, outageId }) => [how, outageId])).toEqual([
      ['login', undefined],
      ['login', undefined],
      ['login', 'o1'],
    ])
  })
})

describe('the session that a death hits', () => {
  it.each([
    ['in the midst of a session', '2026-01-13T15:00:00Z', true, /in the midst .* Tuesday, January 13, 09:30 to 16:00 New York time/],
    ['at the bell', '2026-01-13T14:30:00Z', true, /in the midst/],
    ['the night before', '2026-01-13T02:00:00Z', true, /the next session begins without prices: from Tuesday, January 13, 09:30/],
    ['before a short day', '2026-11-27T10:00:00Z', true, /Friday, November 27, 09:30 to 13:00/],
    ['on a Saturday', '2026-01-10T15:00:00Z', false, /no session is hit/],
    ['at the close before a holiday weekend', '2026-01-16T21:00:00Z', false, /no session is hit/],
    ['24 hours before an open', '2026-01-12T14:30:00Z', true, /January 12/],
  ])('%s is named', (_when, diesAt, hit, text) => {
    expect(sessionHit(calendar, at(diesAt))).toEqual({ sessionHit: hit, sessionHitText: expect.stringMatching(text) })
  })
})

describe('warnings', () => {
  it.each([
    [49, [], 48],
    [48, [48], 24],
    [24.5, [48], 24],
    [6, [6, 24, 48], 1],
    [0.5, [1, 6, 24, 48], undefined],
    [0, [], undefined],
  ])('with %s hours left are %j, the nearest first', (hoursLeft, due, next) => {
    expect(warningsOf(DIED, DIED - hoursLeft * HOUR)).toEqual({ due, nextAt: next === undefined ? undefined : DIED - next * HOUR })
  })
})

describe('reminders', () => {
  const due = (now: string, over: Partial<Outage> = {}) => remindersOf({ ...outage, ...over }, calendar, at(now)).due.map(({ key }) => key)

  it('come after an hour, and in the hour before an open', () => {
    expect(due('2026-01-13T15:59:59Z')).toEqual([])
    expect(due('2026-01-13T16:00:00Z')).toEqual(['reauth-reminder:o1:one_hour'])
    expect(due('2026-01-14T13:29:59Z')).toEqual(['reauth-reminder:o1:one_hour'])
    expect(due('2026-01-14T13:30:00Z')).toEqual(['reauth-reminder:o1:one_hour', 'reauth-reminder:o1:open:2026-01-14'])
    expect(due('2026-01-14T14:30:00Z')).toEqual(['reauth-reminder:o1:one_hour'])
  })

  it('do not come before the announcement, nor right after it because an open is near', () => {
    expect(due('2026-01-14T13:30:00Z', { announcedAt: undefined })).toEqual([])
    expect(due('2026-01-14T13:50:00Z', { announcedAt: at('2026-01-14T13:45:00Z') })).toEqual([])
  })

  it('skip closed days', () => {
    expect(remindersOf(outage, calendar, at('2026-01-17T15:00:00Z')).nextAt).toBe(at('2026-01-20T13:30:00Z'))
  })

  it('name the next one also while one is due', () => {
    expect(remindersOf(outage, calendar, at('2026-01-14T13:40:00Z')).nextAt).toBe(at('2026-01-15T13:30:00Z'))
    expect(remindersOf(outage, calendar, DIED).nextAt).toBe(DIED + HOUR)
  })
})
