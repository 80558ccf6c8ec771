import { beforeEach, describe, expect, it } from 'vitest'
import { HOUR } from '../../shared/domain/time.ts'
import type { Store } from './store-setup.ts'
import { newVersion, noon, proven, settle, type OpenBook } from './token-book-setup.ts'

/** How outages end, and what is remembered of them. */
export const describeOutages = (kind: string, open: OpenBook): void => {
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

    describe('a proven token', () => {
      it('ends the open outage, once', async () => {
        const { outage } = await die()
        const version = newVersion()
        const ended = { ...outage, reauthorizedAt: noon + HOUR }
        expect((await store.recordProven(proven(version, noon + HOUR, 'login'))).ended).toEqual(ended)
        expect((await store.recordProven(proven(version, noon + 2 * HOUR, 'login'))).ended).toBeUndefined()
        expect(await store.tokenState()).toEqual({
          deadVersion: dead,
          provenVersion: version,
          loggedInAt: noon + 2 * HOUR - 1000,
          newsAt: noon + HOUR,
          outages: [ended],
        })
      })

      it('ends nothing when nothing is open', async () => {
        expect((await store.recordProven(proven(newVersion()))).ended).toBeUndefined()
      })

      it('that has been found dead since ends nothing', async () => {
        const { outage } = await die()
        expect((await store.recordProven(proven(dead, noon + HOUR))).ended).toBeUndefined()
        expect(await store.tokenState()).toMatchObject({ provenVersion: living, outages: [outage] })
      })

      it('that was proven before ends the outage of a useless one that had taken its place', async () => {
        const { outage } = await die()
        expect((await store.recordProven(proven(living, noon + HOUR))).ended).toEqual({ ...outage, reauthorizedAt: noon + HOUR })
      })

      it('that was once dead, and dies again, opens an outage again', async () => {
        await die()
        await store.recordProven(proven(newVersion(), noon + HOUR, 'login'))
        await die(newVersion(), noon + 2 * HOUR)
        await store.recordProven(proven(dead, noon + 3 * HOUR, 'by_hand'))
        expect((await die(dead, noon + 4 * HOUR)).opened).toBe(true)
      })

      it('may be one of an unknown login', async () => {
        await store.recordProven({ ...proven(newVersion()), loggedInAt: undefined, refreshExpiresAt: undefined })
        expect((await store.tokenState()).loggedInAt).toBeUndefined()
      })
    })

    describe('an outage', () => {
      it('counts what was parked and what was sent back', async () => {
        const { id } = (await die()).outage
        await Promise.all([store.countParked(id, 3), store.countParked(id, 4), store.countRedriven(id, 5)])
        expect(await store.outage(id)).toMatchObject({ parked: 7, redriven: 5 })
      })

      it('is gone from the state when it is restored, and stays known', async () => {
        const { id } = (await die()).outage
        await store.recordProven(proven(newVersion(), noon + HOUR, 'login'))
        await store.markRestored(id, noon + 2 * HOUR)
        await store.markRestored(id, noon + 3 * HOUR)
        expect((await store.tokenState()).outages).toEqual([])
        expect(await store.outage(id)).toMatchObject({ restoredAt: noon + 2 * HOUR })
      })

      it('is not restored while it is open', async () => {
        const { outage } = await die()
        await store.markRestored(outage.id, noon + HOUR)
        expect((await store.tokenState()).outages).toEqual([outage])
      })

      it('is undefined when there is none of that id', async () => {
        expect(await store.outage('none')).toBeUndefined()
        await store.countParked('none', 1)
      })
    })

    describe('the history', () => {
      it('names what became of the token, newest first', async () => {
        const { id } = (await die()).outage
        const version = newVersion()
        await store.recordProven(proven(version, noon + HOUR, 'login'))
        await store.recordProven(proven(version, noon + 2 * HOUR, 'login'))
        const next = newVersion()
        await store.recordProven(proven(next, noon + 3 * HOUR, 'refresh'))
        expect(await store.tokenHistory(3)).toEqual([
          { at: noon + 3 * HOUR, what: 'refresh', version: next, outageId: undefined },
          { at: noon + HOUR, what: 'login', version, outageId: id },
          { at: noon, what: 'died', version: dead, outageId: id },
        ])
      })

      it('is kept for 90 days, and deaths longer: an outage still names what died in it', async () => {
        const { outage } = await die()
        const [early, late] = [newVersion(), newVersion()]
        await store.recordProven(proven(early, noon, 'login'))
        await store.recordProven(proven(late, noon + 91 * 24 * HOUR))
        const versions = (await store.tokenHistory(1000)).map(({ version }) => version)
        expect(versions).toContain(dead)
        expect(versions).toContain(late)
        expect(versions).not.toContain(early)
        expect((await store.outage(outage.id))?.deadVersion).toBe(dead)
      })
    })
  })
}
