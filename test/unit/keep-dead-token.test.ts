import { beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE, toIso } from '../../shared/domain/time.ts'
import { readTicket, TICKET_LIFE } from '../../shared/token/ticket.ts'
import { tokenKeeper, type KeptToken } from '../../functions/token-keeper/keep-token.ts'
import { SIGNING_KEY, START, tokenWorld, type TokenWorld } from '../fakes/token-world.ts'

let world: TokenWorld
let keep: () => Promise<KeptToken>
const keepUntil = async (at: number): Promise<void> => {
  for (; world.now < at; world.now += MINUTE) await keep().catch(() => undefined)
  world.now = at
}

beforeEach(() => {
  world = tokenWorld()
  keep = tokenKeeper(world.instance())
  world.now += 25 * MINUTE
})

describe('the death of a token', () => {
  beforeEach(() => world.schwab.revoke())

  it('is announced at once, with all that a person needs', async () => {
    await keep()
    expect(world.events('ReauthRequired')).toEqual([
      {
        outageId: 'outage-1',
        since: toIso(world.now),
        sinceText: 'Tuesday, January 13, 11:25 New York time',
        reason: 'reauth_required',
        why: expect.stringContaining('Log in again'),
        lastGoodCandleText: 'none is stored yet',
        tickers: ['QQQ', 'SPY'],
        tickerCount: 2,
        parkedJobs: 0,
        link: expect.any(String),
        linkEndsAt: toIso(world.now + TICKET_LIFE),
        linkEndsAtText: 'Tuesday, January 27, 11:25 New York time',
      },
    ])
    const link = new URL(String(world.events('ReauthRequired')[0]?.['link']))
    expect(readTicket(link.searchParams.get('ticket') ?? '', SIGNING_KEY)?.subject).toBe('outage:outage-1')
    expect(world.book.statuses.get('token')?.status).toEqual({
      state: 'dead',
      outageId: 'outage-1',
      accessExpiresAt: null,
      refreshExpiresAt: null,
    })
  })

  it('is announced by the keeper when who found it died before saying so', async () => {
    const { versionId } = await world.stored()
    await world.book.markDead({ version: versionId, reason: 'entitlement', now: world.now })
    await keep()
    await keep()
    expect(world.events('ReauthRequired')).toMatchObject([{ outageId: 'outage-1', reason: 'entitlement' }])
  })

  it('is announced when the bus is back, once, and announced again is nothing', async () => {
    world.bus.setDown(true)
    await keepUntil(world.now + 20 * MINUTE)
    expect(world.types()).toEqual([])
    world.bus.setDown(false)
    await keepUntil(world.now + 10 * MINUTE)
    expect(world.types()).toEqual(['ReauthRequired'])
  })

  it('is tried again every 15 minutes, without a data call', async () => {
    await keepUntil(world.now + HOUR)
    expect(world.schwab.refreshes).toHaveLength(4)
    expect(world.schwab.proofs).toEqual([])
    expect(world.logged.match(/token_died/g)).toHaveLength(1)
  })

  it('is reminded of after an hour and an hour before each open', async () => {
    await keepUntil(START + 3 * 24 * HOUR)
    expect(world.events('ReauthReminder').map(({ occasion, nextOpenText }) => [occasion, nextOpenText])).toEqual([
      ['one_hour', 'it is open now, until 16:00, and then Wednesday, January 14, 09:30 New York time'],
      ['before_open', 'Wednesday, January 14, 09:30 New York time'],
      ['before_open', 'Thursday, January 15, 09:30 New York time'],
      ['before_open', 'Friday, January 16, 09:30 New York time'],
    ])
  })

  it('needs no call of the keeper but at the times that it names', async () => {
    const end = START + 24 * HOUR
    let calls = 0
    for (; world.now < end; calls++) world.now = Math.max(world.now + 1, Date.parse((await keep()).nextDueAt))
    expect(world.events('ReauthReminder')).toHaveLength(2)
    expect(calls).toBeLessThan(110)
  })

  it('is not warned of as something to come', async () => {
    world.now = START + 6 * 24 * HOUR
    await keep()
    expect(world.types()).toEqual(['ReauthRequired'])
  })
})

describe('a verdict that is taken back', () => {
  it('ends the outage by itself, and says so once', async () => {
    world.schwab.refusesData = true
    await keepUntil(world.now + 10 * MINUTE)
    world.schwab.refusesData = false
    await keepUntil(world.now + 10 * MINUTE)
    expect(world.types()).toEqual(['ReauthRequired', 'Reauthorized'])
    expect(world.events('Reauthorized')).toMatchObject([{ outageId: 'outage-1', how: 'by_itself' }])
    expect(world.book.look().provenVersion).toBe((await world.stored()).versionId)
    expect(world.schwab.refreshes).toHaveLength(1)
  })

  it('for a repaired app secret ends the outage by itself', async () => {
    world.schwab.refusesClient = true
    await keep()
    expect(world.events('ReauthRequired')).toMatchObject([{ reason: 'configuration', why: expect.stringContaining('application secret') }])
    world.schwab.refusesClient = false
    await keepUntil(world.now + 16 * MINUTE)
    expect(world.events('Reauthorized')).toMatchObject([{ how: 'by_itself' }])
  })
})

describe('a login beside a dead token', () => {
  beforeEach(async () => {
    world.schwab.revoke()
    await keep()
    world.now += MINUTE
  })

  it('that nobody has proven ends the outage within a minute', async () => {
    const login = await world.secret.putPending(world.loginFile())
    await keep()
    expect((await world.stored()).versionId).toBe(login)
    expect(world.events('Reauthorized')).toMatchObject([{ outageId: 'outage-1', how: 'login' }])
  })

  it('that is of no use is tried at once, and then no oftener than the token itself', async () => {
    await world.secret.putPending(world.loginFile())
    world.schwab.revoke()
    world.schwab.expireAccess()
    const before = world.schwab.refreshes.length
    await keepUntil(world.now + 15 * MINUTE)
    expect(world.schwab.refreshes.length - before).toBe(2)
  })
})

describe('the end of an outage', () => {
  it('is all that is announced when nobody could be told of the beginning: nobody is asked for a login that is done', async () => {
    world.schwab.revoke()
    world.bus.setDown(true)
    await keep().catch(() => undefined)
    world.now += MINUTE
    world.secret.putCurrent(world.loginFile())
    await keepUntil(world.now + 2 * MINUTE)
    world.bus.setDown(false)
    await keepUntil(world.now + 4 * MINUTE)
    expect(world.types()).toEqual(['Reauthorized'])
    expect(world.book.outages()).toMatchObject([{ announcedAt: expect.any(Number) }])
  })

  it('is announced by the keeper when who ended it died before saying so', async () => {
    world.schwab.revoke()
    await keep()
    const version = world.secret.putCurrent(world.loginFile())
    const { loggedInAt, accessExpiresAt } = await world.stored()
    const now = (world.now += MINUTE)
    await world.book.recordProven({ version, how: 'login', now, loggedInAt, accessExpiresAt, refreshExpiresAt: undefined })
    await keep()
    await tokenKeeper(world.instance())()
    expect(world.events('Reauthorized')).toMatchObject([{ outageId: 'outage-1', how: 'login', at: toIso(now) }])
    expect(world.schwab.proofs).toEqual([])
  })

  it('waits for nobody while it is not restored: the keeper looks every minute', async () => {
    world.schwab.revoke()
    await keep()
    world.secret.putCurrent(world.loginFile())
    expect(await keep()).toEqual({ nextDueAt: toIso(world.now + MINUTE) })
  })

  it('is announced when the bus is back', async () => {
    world.schwab.revoke()
    await keep()
    world.secret.putCurrent(world.loginFile())
    world.bus.setDown(true)
    await keepUntil(world.now + 4 * MINUTE)
    expect(world.events('Reauthorized')).toHaveLength(0)
    world.bus.setDown(false)
    await keepUntil(world.now + 4 * MINUTE)
    expect(world.events('Reauthorized')).toHaveLength(1)
  })

  // Restored outages are not part of the state: nobody came back to a login that could not be announced in time.
  it('is announced when the bus is back, though the outage has been made good in that minute', async () => {
    world.schwab.revoke()
    await keep()
    world.secret.putCurrent(world.loginFile())
    world.bus.setDown(true)
    await keepUntil(world.now + 4 * MINUTE)
    world.bus.setDown(false)
    await world.book.markRestored('outage-1', world.now)
    await keepUntil(world.now + 4 * MINUTE)
    expect(world.events('Reauthorized')).toMatchObject([{ outageId: 'outage-1', how: 'by_hand' }])
  })

  it('is announced when the bus is back, though it has been made good and another token was put by hand since', async () => {
    world.schwab.revoke()
    await keep()
    world.secret.putCurrent(world.loginFile())
    world.bus.setDown(true)
    await keepUntil(world.now + 4 * MINUTE)
    await world.book.markRestored('outage-1', world.now)
    const second = world.secret.putCurrent(world.loginFile())
    await keepUntil(world.now + 4 * MINUTE)
    world.bus.setDown(false)
    await keepUntil(world.now + 4 * MINUTE)
    expect(world.events('Reauthorized')).toMatchObject([{ outageId: 'outage-1' }, { how: 'by_hand' }])
    expect((await world.stored()).versionId).toBe(second)
  })
})
