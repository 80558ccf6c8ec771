import { beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { nextTick, type Store } from './store-setup.ts'
import { newVersion, noon, proven, settle, type OpenBook } from './token-book-setup.ts'

/** How outages open, and who is told. */
export const describeDeaths = (kind: string, open: OpenBook): void => {
  describe(`the ${kind} token book:`, () => {
    let store: Store
    let living: string
    let dead: string

    beforeEach(async () => {
      store = open()
      living = await settle(store)
      dead = newVersion()
    })

    const die = (version = dead, now = noon) => store.markDead({ version, reason: 'reauth_required', now })

    describe('a death', () => {
      it('opens an outage', async () => {
        const { outage, opened } = await die()
        expect(opened).toBe(true)
        expect(outage).toEqual({
          id: outage.id,
          reason: 'reauth_required',
          startedAt: noon,
          deadVersion: dead,
          announcedAt: undefined,
          reauthorizedAt: undefined,
          restoredAt: undefined,
          parked: 0,
          redriven: 0,
        })
        expect(outage.id).toMatch(/^[\w-]{1,64}$/)
        expect(await store.outage(outage.id)).toEqual(outage)
        expect(await store.tokenState()).toEqual({ deadVersion: dead, provenVersion: living, loggedInAt: noon - 1000, outages: [outage] })
      })

      it('is the same outage when it is found again', async () => {
        const { outage } = await die()
        const again = await store.markDead({ version: dead, reason: 'entitlement', now: noon + MINUTE })
        expect(again).toEqual({ outage, opened: false })
      })

      it('of another version joins the open outage, whose reason stays', async () => {
        const { outage } = await die()
        const other = newVersion()
        const joined = await store.markDead({ version: other, reason: 'unusable_token', now: noon + HOUR })
        expect(joined).toEqual({ outage: { ...outage, deadVersion: other }, opened: false })
        expect((await store.tokenState()).deadVersion).toBe(other)
      })

      it('of a version that died before in the same outage makes it the dead one again', async () => {
        await die()
        const other = newVersion()
        const { outage } = await die(other)
        expect(await die()).toEqual({ outage: { ...outage, deadVersion: dead }, opened: false })
        expect((await store.tokenState()).deadVersion).toBe(dead)
      })

      it('that is found late, after a new login, opens no second outage', async () => {
        const { outage } = await die()
        const seen = await store.tokenState()
        await store.recordProven(proven(newVersion(), noon + HOUR, 'login'))
        const late = store.markDead({ version: dead, reason: 'reauth_required', now: noon + 2 * HOUR, seen })
        await expect(late).rejects.toMatchObject({ code: 'TOKEN_BUSY' })
        expect((await store.tokenState()).outages).toEqual([{ ...outage, reauthorizedAt: noon + HOUR }])
      })

      it('that is found before any other version was proven is believed', async () => {
        const seen = await store.tokenState()
        expect((await store.markDead({ version: dead, reason: 'entitlement', now: noon, seen })).opened).toBe(true)
      })

      it('of a version that died before opens an outage again when none is open: somebody made it current again', async () => {
        const first = await die()
        await store.recordProven(proven(newVersion(), noon + HOUR, 'login'))
        const second = await die(dead, noon + 2 * HOUR)
        expect(second).toMatchObject({ outage: { deadVersion: dead, startedAt: noon + 2 * HOUR }, opened: true })
        expect(second.outage.id).not.toBe(first.outage.id)
      })

      it('after a login is a second outage while the first is not restored', async () => {
        const first = await die()
        await store.recordProven(proven(newVersion(), noon + HOUR, 'login'))
        const second = await die(newVersion(), noon + 2 * HOUR)
        expect(second.opened).toBe(true)
        expect((await store.tokenState()).outages.map(({ id, reauthorizedAt }) => [id, reauthorizedAt])).toEqual([
          [first.outage.id, noon + HOUR],
          [second.outage.id, undefined],
        ])
      })

      it('is told to the fetcher with its calls', async () => {
        await die()
        const ask = { now: nextTick(), live: 1, backfill: 0, perMinute: 1, backfillPerMinute: 1 }
        expect(await store.beginFetch(ask)).toMatchObject({ live: 1, backfill: 0, deadVersion: dead })
      })

      it('is told to the scheduler with the tick, also to the one that comes second', async () => {
        await die()
        const ask = { tick: nextTick(), tickers: [], sessions: [], dirtyBefore: 0 }
        const state = await store.tokenState()
        const [first, second] = [await store.beginTick(ask), await store.beginTick(ask)]
        expect([first.claimed, first.token]).toEqual([true, state])
        expect([second.claimed, second.token]).toEqual([false, state])
      })
    })
  })
}
