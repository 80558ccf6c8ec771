import { describe, expect, it } from 'vitest'
import { AwsUnavailable, type PipelineError, TokenUnreadable } from '../../shared/domain/errors.ts'
import { renewed } from '../../shared/lambda/renewed.ts'

type Source = { readonly key: string }
type Value = { readonly key: string; readonly reread: () => Promise<Source> }

const world = () => {
  const state = { now: 0, key: 'a', failure: undefined as Error | undefined, reads: 0, changes: 0, failures: [] as PipelineError[] }
  const get = renewed({
    read: async (): Promise<Source> => {
      state.reads += 1
      if (state.failure !== undefined) throw state.failure
      return { key: state.key }
    },
    build: ({ key }, reread): Value => ({ key, reread }),
    everyMs: 100,
    clock: () => state.now,
    onChange: () => (state.changes += 1),
    onFailure: (error) => state.failures.push(error),
  })
  return { state, get }
}

describe('renewed', () => {
  it('reads at first use and not again within the time, however often it is asked', async () => {
    const { state, get } = world()
    expect(state.reads).toBe(0)
    const [first, second] = await Promise.all([get(), get()])
    state.now = 99
    expect([second, await get()]).toEqual([first, first])
    expect(state.reads).toBe(1)
  })

  it('reads once after each such time, and keeps the value when nothing has changed', async () => {
    const { state, get } = world()
    const first = await get()
    const seen = []
    for (state.now = 10; state.now <= 1_000; state.now += 10) seen.push(await get())
    expect(new Set(seen)).toEqual(new Set([first]))
    expect(seen.every((value) => value === first)).toBe(true)
    expect([state.reads, state.changes]).toEqual([11, 0])
  })

  it('builds anew from what has changed, once', async () => {
    const { state, get } = world()
    await get()
    state.key = 'b'
    state.now = 100
    const changed = await get()
    expect(changed.key).toBe('b')
    state.now = 200
    expect(await get()).toBe(changed)
    expect(state.changes).toBe(1)
  })

  it.each([new AwsUnavailable('throttled'), new TokenUnreadable('not JSON')])(
    'goes on with what it has when it cannot be read again (%s), and tries again half a minute later',
    async (failure) => {
      const { state, get } = world()
      const first = await get()
      Object.assign(state, { now: 100, key: 'b', failure })
      expect(await get()).toBe(first)
      state.now += 29_999
      expect(await get()).toBe(first)
      expect([state.reads, state.failures]).toEqual([2, [failure]])
      state.now += 1
      state.failure = undefined
      expect((await get()).key).toBe('b')
      expect(state.reads).toBe(3)
    },
  )

  it('fails at first use when it cannot be read, and tries again at the next', async () => {
    const { state, get } = world()
    state.failure = new AwsUnavailable('down')
    await expect(get()).rejects.toThrow('down')
    state.failure = undefined
    expect((await get()).key).toBe('a')
  })

  it('does not hide a bug', async () => {
    const { state, get } = world()
    await get()
    Object.assign(state, { now: 100, failure: new TypeError('bug') })
    await expect(get()).rejects.toThrow('bug')
  })

  it('reads at once for whoever has reason to, and has all use what was found', async () => {
    const { state, get } = world()
    const { reread } = await get()
    state.key = 'b'
    expect(await Promise.all([reread(), reread()])).toEqual([{ key: 'b' }, { key: 'b' }])
    expect(state.reads).toBe(2)
    expect((await get()).key).toBe('b')
    state.now = 99
    await get()
    expect(state.reads).toBe(2)
  })
})
