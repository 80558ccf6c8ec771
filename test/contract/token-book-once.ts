import { beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { Store } from './store-setup.ts'
import { newName, newVersion, noon, settle, type OpenBook } from './token-book-setup.ts'

/** What only one may do, or may be done only once. */
export const describeOnce = (kind: string, open: OpenBook): void => {
  describe(`the ${kind} store:`, () => {
    let store: Store
    let key: string

    beforeEach(() => {
      store = open()
      key = newName('key')
    })

    describe('a lease', () => {
      const until = noon + 45_000
      beforeEach(async () => {
        await store.takeLease('refresh', 'before', noon, noon)
        await store.releaseLease('refresh', 'before')
      })

      it('is had by one holder, until its time has run out', async () => {
        expect(await store.takeLease('refresh', 'one', noon, until)).toBe(true)
        expect(await store.takeLease('refresh', 'two', until - 1, until + MINUTE)).toBe(false)
        expect(await store.takeLease('refresh', 'two', until, until + MINUTE)).toBe(true)
        expect(await store.takeLease('refresh', 'one', until, until + MINUTE)).toBe(false)
        await store.releaseLease('refresh', 'two')
      })

      it('may be taken again by its holder, for longer', async () => {
        await store.takeLease('refresh', 'one', noon, until)
        expect(await store.takeLease('refresh', 'one', noon, until + MINUTE)).toBe(true)
        expect(await store.takeLease('refresh', 'two', until, until + MINUTE)).toBe(false)
        await store.releaseLease('refresh', 'one')
      })

      it('is given back by its holder alone', async () => {
        await store.takeLease('refresh', 'one', noon, until)
        await store.releaseLease('refresh', 'two')
        expect(await store.takeLease('refresh', 'two', noon, until)).toBe(false)
        await store.releaseLease('refresh', 'one')
        expect(await store.takeLease('refresh', 'two', noon, until)).toBe(true)
        await store.releaseLease('refresh', 'two')
      })

      it('is another one for another name', async () => {
        await store.takeLease('refresh', 'one', noon, until)
        expect(await store.takeLease('redrive', 'two', noon, until)).toBe(true)
        await store.releaseLease('refresh', 'one')
        await store.releaseLease('redrive', 'two')
      })
    })

    describe('a notice', () => {
      it('is claimed by one, until the claim has run out', async () => {
        expect(await store.claimNotice(key, noon, noon + 2 * MINUTE)).toBe('claimed')
        expect(await store.claimNotice(key, noon + 2 * MINUTE - 1, noon + HOUR)).toBe('taken')
        expect(await store.claimNotice(key, noon + 2 * MINUTE, noon + HOUR)).toBe('claimed')
        expect(await store.claimNotice(key, noon + 3 * MINUTE, noon + HOUR)).toBe('taken')
      })

      it('is claimed by nobody any more when it is published', async () => {
        await store.claimNotice(key, noon, noon + MINUTE)
        await store.markPublished(key, noon)
        expect(await store.claimNotice(key, noon + HOUR, noon + 2 * HOUR)).toBe('published')
        await store.markPublished(key, noon + HOUR)
        expect(await store.claimNotice(key, noon + HOUR, noon + 2 * HOUR)).toBe('published')
      })

      it('may be published without a claim', async () => {
        await store.markPublished(key, noon)
        expect(await store.claimNotice(key, noon, noon + MINUTE)).toBe('published')
      })

      it('of an outage marks it as announced, the first time', async () => {
        await settle(store)
        const { outage } = await store.markDead({ version: newVersion(), reason: 'entitlement', now: noon })
        await store.markPublished(`reauth-reminder:${outage.id}:one_hour`, noon)
        expect((await store.outage(outage.id))?.announcedAt).toBeUndefined()
        await store.markPublished(`reauth-required:${outage.id}`, noon + MINUTE)
        await store.markPublished(`reauth-required:${outage.id}`, noon + HOUR)
        expect((await store.outage(outage.id))?.announcedAt).toBe(noon + MINUTE)
      })
    })

    describe('a login state', () => {
      const state = () => ({ stateHash: key, browserHash: 'browser', subject: 'outage:1', now: noon, expiresAt: noon + 10 * MINUTE })
      const take = (now: number, browserHash = 'browser') => store.takeState({ stateHash: key, browserHash, now })

      it('is good for one use', async () => {
        await store.putState(state())
        expect(await take(noon + MINUTE)).toEqual({ outcome: 'taken', subject: 'outage:1' })
        expect(await take(noon + MINUTE)).toEqual({ outcome: 'used', subject: 'outage:1' })
      })

      it('is unknown when nobody has put it', async () => {
        expect(await take(noon)).toEqual({ outcome: 'unknown', subject: undefined })
      })

      it('expires', async () => {
        await store.putState(state())
        expect(await take(noon + 10 * MINUTE)).toEqual({ outcome: 'expired', subject: 'outage:1' })
        expect((await take(noon + 10 * MINUTE - 1)).outcome).toBe('taken')
      })

      it('stays for the browser that it was made for', async () => {
        await store.putState(state())
        expect(await take(noon, 'another')).toEqual({ outcome: 'foreign', subject: 'outage:1' })
        expect((await take(noon)).outcome).toBe('taken')
      })

      it('is forgotten a day after its end', async () => {
        await store.putState(state())
        const dayAfter = noon + 10 * MINUTE + 24 * HOUR
        await store.putState({ ...state(), stateHash: newName('key'), now: dayAfter, expiresAt: dayAfter + MINUTE })
        expect((await take(dayAfter)).outcome).toBe('expired')
        await store.putState({ ...state(), stateHash: newName('key'), now: dayAfter + 1, expiresAt: dayAfter + MINUTE })
        expect((await take(dayAfter)).outcome).toBe('unknown')
      })
    })
  })
}
