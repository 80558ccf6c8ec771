import { afterEach, describe, expect, it } from 'vitest'
import type { Environment } from '../../local/runtime/environment.ts'
import { type FunctionPool, functionPool } from '../../local/runtime/function-pool.ts'
import type { InvocationResult } from '../../local/runtime/runtime-api.ts'
import { settled } from '../fakes/function-calls.ts'

type FakeEnvironment = Environment & {
  readonly events: unknown[]
  readonly load: () => void
  readonly answer: () => void
  readonly die: () => void
}

const environments: FakeEnvironment[] = []
afterEach(() => void environments.splice(0))

const start = (): Environment => {
  const { promise: loaded, resolve: load } = Promise.withResolvers<void>()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const events: unknown[] = []
  const answers: ((result: InvocationResult) => void)[] = []
  let isAlive = true
  const die = (): void => {
    isAlive = false
    for (const answer of answers.splice(0)) answer({ ok: false, error: 'died' })
    load()
    end()
  }
  const environment: FakeEnvironment = {
    id: String(environments.length),
    events,
    loaded,
    ended,
    load,
    die,
    answer: () => answers.shift()?.({ ok: true, value: null }),
    isUsable: () => isAlive,
    kill: die,
    invoke: (event) => {
      events.push(event)
      return new Promise((resolve) => answers.push(resolve))
    },
  }
  environments.push(environment)
  return environment
}
const eventsOf = () => environments.map(({ events }) => events)
const invokeAll = (pool: FunctionPool, count: number) => Array.from({ length: count }, (_, index) => pool.invoke(index, 0))

describe('the environments of a function', () => {
  it('load two at a time, however many events come', async () => {
    const pool = functionPool(start)
    void invokeAll(pool, 5)
    await settled()
    expect([environments.length, pool.active()]).toEqual([2, 5])
    environments[0]?.load()
    await settled()
    expect(environments).toHaveLength(3)
  })

  it('that become free take the events that wait, in their order', async () => {
    const pool = functionPool(start)
    void invokeAll(pool, 5)
    await settled()
    environments[0]?.answer()
    await settled()
    environments[0]?.answer()
    await settled()
    expect(eventsOf()).toEqual([[0, 2, 3], [1]])
    expect(pool.active()).toBe(3)
  })

  it('that die while they load make room for others', async () => {
    const pool = functionPool(start)
    const results = invokeAll(pool, 3)
    await settled()
    environments[1]?.die()
    await settled()
    expect(eventsOf()).toEqual([[0], [1], [2]])
    expect(await results[1]).toEqual({ ok: false, error: 'died' })
  })

  it('end what waits when they are stopped, and no other is made', async () => {
    const pool = functionPool(start)
    const results = invokeAll(pool, 3)
    await settled()
    await pool.stop()
    expect(await results[2]).toEqual({ ok: false, error: 'the functions have been stopped' })
    expect(await pool.invoke({}, 0)).toMatchObject({ ok: false })
    expect([environments.length, pool.active()]).toEqual([2, 0])
  })

  it('that were in use when it was recycled take no further event', async () => {
    const pool = functionPool(start)
    void pool.invoke('a', 0)
    await settled()
    environments[0]?.load()
    pool.recycle()
    environments[0]?.answer()
    await settled()
    void pool.invoke('b', 0)
    await settled()
    expect(eventsOf()).toEqual([['a'], ['b']])
  })
})
