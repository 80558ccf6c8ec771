import { describe, expect, it } from 'vitest'
import { schedule } from '../../local/stack/schedule.ts'
import { functionCalls, returned, threw } from '../fakes/function-calls.ts'

const NOON = Date.parse('2019-02-11T17:00:00Z')
const MINUTE = 60_000

const setup = (options: { readonly skipIdle?: boolean; readonly expression?: string } = {}) => {
  let now = NOON
  const calls = functionCalls()
  const ends: (string | undefined)[] = []
  const part = schedule({
    expression: options.expression ?? 'cron(* * * * ? *)',
    timezone: 'America/New_York',
    input: { reason: 'tick' },
    pool: calls.pool,
    clock: () => now,
    skipIdle: options.skipIdle ?? false,
    onEnd: (error) => void ends.push(error),
  })
  return { part, calls, ends, at: (time: number) => void (now = time) }
}

describe('a schedule', () => {
  it('calls its function at each firing, and not between', async () => {
    const { part, calls, ends, at } = setup()
    expect(part.nextDueAt()).toBe(NOON)
    expect(part.dispatch()).toBe(true)
    expect(part.dispatch()).toBe(false)
    expect([part.active(), part.nextDueAt()]).toEqual([1, NOON + MINUTE])
    await calls.end()
    expect([part.active(), ends]).toEqual([0, [undefined]])
    at(NOON + MINUTE)
    expect(part.dispatch()).toBe(true)
    expect(calls.events).toEqual([{ reason: 'tick' }, { reason: 'tick' }])
  })

  it('calls once for all the minutes that it missed', async () => {
    const { part, calls, at } = setup()
    at(NOON + 90 * MINUTE)
    expect(part.dispatch()).toBe(true)
    await calls.end()
    expect(part.dispatch()).toBe(false)
    expect(calls.events).toHaveLength(1)
    expect(part.nextDueAt()).toBe(NOON + 91 * MINUTE)
  })

  it('repeats a failed call after one and after two more minutes, then never again', async () => {
    const { part, calls, ends, at } = setup({ expression: 'rate(1 day)' })
    at(NOON + 24 * 60 * MINUTE)
    const firing = part.nextDueAt() ?? 0
    at(firing)
    part.dispatch()
    await calls.end(threw('first'))
    expect(part.nextDueAt()).toBe(firing + MINUTE)
    at(firing + MINUTE)
    expect(part.dispatch()).toBe(true)
    await calls.end(threw('second'))
    expect(part.nextDueAt()).toBe(firing + 3 * MINUTE)
    at(firing + 3 * MINUTE)
    expect(part.dispatch()).toBe(true)
    await calls.end(threw('third'))
    expect(part.nextDueAt()).toBe(firing + 24 * 60 * MINUTE)
    expect(ends).toEqual(['first', 'second', 'third'])
  })

  it('skips the firings before the moment that the function names', async () => {
    const { part, calls } = setup({ skipIdle: true })
    part.dispatch()
    await calls.end(returned({ nextDueAt: '2019-02-12T14:30:00.000Z' }))
    expect(part.nextDueAt()).toBe(Date.parse('2019-02-12T14:30:00Z'))
  })

  it.each([
    ['a moment that has passed', { nextDueAt: '2019-02-11T16:00:00.000Z' }],
    ['no moment', { planned: 3 }],
    ['nothing', null],
    ['no time', { nextDueAt: 'tomorrow' }],
  ])('fires at the next minute when the function names %s', async (_, answer) => {
    const { part, calls } = setup({ skipIdle: true })
    part.dispatch()
    await calls.end(returned(answer))
    expect(part.nextDueAt()).toBe(NOON + MINUTE)
  })

  it('skips nothing unless it may', async () => {
    const { part, calls } = setup({ skipIdle: false })
    part.dispatch()
    await calls.end(returned({ nextDueAt: '2019-02-12T14:30:00.000Z' }))
    expect(part.nextDueAt()).toBe(NOON + MINUTE)
  })

  it('has nothing due after an at(…) that has fired', () => {
    const { part } = setup({ expression: 'at(2019-02-11T12:00:00)' })
    expect(part.dispatch()).toBe(true)
    expect(part.nextDueAt()).toBeUndefined()
  })

  it('waits for the end of a call that takes longer than a minute, then calls once', async () => {
    const { part, calls, at } = setup()
    part.dispatch()
    at(NOON + 3 * MINUTE)
    expect(part.dispatch()).toBe(false)
    expect(calls.events).toHaveLength(1)
    await calls.end()
    expect(part.dispatch()).toBe(true)
    expect([calls.events.length, part.nextDueAt()]).toEqual([2, NOON + 4 * MINUTE])
  })

  it('forgets what the function said about idling when it is woken', async () => {
    const { part, calls, at } = setup({ skipIdle: true })
    part.dispatch()
    await calls.end(returned({ nextDueAt: '2019-02-12T14:30:00.000Z' }))
    at(NOON + 10 * MINUTE + 1)
    part.wake()
    expect(part.nextDueAt()).toBe(NOON + 11 * MINUTE)
  })

  it('does not believe what the function says when it was woken meanwhile', async () => {
    const { part, calls } = setup({ skipIdle: true })
    part.dispatch()
    part.wake()
    await calls.end(returned({ nextDueAt: '2019-02-12T14:30:00.000Z' }))
    expect(part.nextDueAt()).toBe(NOON + MINUTE)
  })

  it('does not fire twice for one minute when it is woken in it', async () => {
    const { part, calls } = setup({ skipIdle: true })
    part.dispatch()
    await calls.end(returned({ nextDueAt: '2019-02-12T14:30:00.000Z' }))
    part.wake()
    expect(part.dispatch()).toBe(false)
    expect(part.nextDueAt()).toBe(NOON + MINUTE)
  })

  it('is woken in time for the firing that is due now', async () => {
    const { part, calls, at } = setup({ skipIdle: true })
    part.dispatch()
    await calls.end(returned({ nextDueAt: '2019-02-12T14:30:00.000Z' }))
    at(NOON + 10 * MINUTE)
    part.wake()
    expect(part.dispatch()).toBe(true)
  })
})
