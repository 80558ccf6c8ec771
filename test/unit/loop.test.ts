import { describe, expect, it } from 'vitest'
import { simulatedClock } from '../../local/clock/simulated-clock.ts'
import { activitySignal, runLoop, type LoopOptions } from '../../local/loop.ts'

/** A loop at full speed over the parts given, which ends when it asks for the way `idles` times. */
const run = async (parts: Partial<LoopOptions>, idles: number) => {
  const clock = parts.clock ?? simulatedClock(0, 'max')
  const asked: (number | undefined)[] = []
  await runLoop({
    clock,
    schedules: [],
    sources: [],
    alarms: [],
    onAlarm: () => {},
    onTurn: async () => {},
    otherActive: () => 0,
    activity: async () => {},
    onIdle: async (next) => {
      asked.push(next)
      return asked.length === idles ? 'stop' : (next ?? clock.now() + 10)
    },
    signal: new AbortController().signal,
    ...parts,
  })
  return { asked, clock }
}

const everyMinute = (clock: { readonly now: () => number }, calls: number[]) => {
  let next = 60
  return {
    active: () => 0,
    wake: () => {},
    nextDueAt: () => next,
    dispatch: () => {
      if (clock.now() < next) return false
      calls.push(clock.now())
      next += 60
      return true
    },
  }
}

describe('the loop', () => {
  it('steps to the next event of any part', async () => {
    const clock = simulatedClock(0, 'max')
    const calls: number[] = []
    const source = { queue: 'jobs', active: () => 0, nextDueAt: () => (clock.now() < 30 ? 30 : undefined), dispatch: async () => false }
    const { asked } = await run({ clock, schedules: [everyMinute(clock, calls)], sources: [source] }, 4)
    expect(asked).toEqual([30, 60, 120, 180])
    expect(calls).toEqual([60, 120])
  })

  it('says when nothing is known to come', async () => {
    expect((await run({}, 1)).asked).toEqual([undefined])
  })

  it('does not move the clock while a call is under way', async () => {
    const clock = simulatedClock(0, 'max')
    let active = 3
    const seen: number[] = []
    const activity = async () => {
      seen.push(clock.now())
      active--
    }
    const { asked } = await run({ clock, otherActive: () => active, activity }, 1)
    expect(seen).toEqual([0, 0, 0])
    expect(asked).toHaveLength(1)
  })

  it('lets a flying clock run at real rate while long work is under way, and fly again after it', async () => {
    let real = 0
    const clock = simulatedClock(0, 60, () => real)
    let active = 3
    const seen: number[] = []
    const activity = async () => {
      await new Promise((resolve) => setTimeout(resolve, 200))
      real += 1000
      seen.push(clock.now())
      active--
    }
    await run({ clock, otherActive: () => active, activity }, 1)
    expect(seen).toEqual([60_000, 120_000, 121_000])
    real += 1000
    expect(clock.now()).toBe(181_000)
  })

  it('asks everything again after something was started', async () => {
    let left = 5
    const source = { queue: 'jobs', active: () => 0, nextDueAt: () => undefined, dispatch: async () => left-- > 0 }
    await run({ sources: [source] }, 1)
    expect(left).toBe(-1)
  })

  it('hands on what an alarm tells', async () => {
    const events: unknown[] = []
    const told = [{ state: 'ALARM' }]
    await run({ alarms: [{ nextDueAt: () => 60, evaluate: () => told.pop() }], onAlarm: (event) => void events.push(event) }, 2)
    expect(events).toEqual([{ state: 'ALARM' }])
  })

  it('lets people act at each moment before what is due then', async () => {
    const clock = simulatedClock(0, 'max')
    const seen: string[] = []
    const schedule = { ...everyMinute(clock, []), dispatch: () => seen.push(`dispatch ${clock.now()}`) < 0 }
    await run({ clock, schedules: [schedule], onTurn: async () => void seen.push(`turn ${clock.now()}`) }, 2)
    expect(seen.slice(0, 2)).toEqual(['turn 0', 'dispatch 0'])
    expect(seen.slice(-2)).toEqual(['turn 60', 'dispatch 60'])
  })

  it('ends when it is told to', async () => {
    const stop = new AbortController()
    const clock = { ...simulatedClock(0, 1), realMsUntil: () => 3_600_000 }
    let idles = 0
    const onIdle = async () => {
      idles++
      queueMicrotask(() => stop.abort())
      return 3_600_000
    }
    await run({ clock, onIdle, signal: stop.signal }, 1)
    expect(idles).toBe(1)
  })
})

describe('the signal of activity', () => {
  it('wakes who waits', async () => {
    const activity = activitySignal(600_000)
    const waiting = activity.wait()
    activity.notify()
    await waiting
  })

  it('counts what ended just before the wait, once', async () => {
    const activity = activitySignal(20)
    activity.notify()
    await activity.wait()
    let woken = false
    const second = activity.wait().then(() => (woken = true))
    await Promise.resolve()
    expect(woken).toBe(false)
    await second
  })

  it('waits no longer than it was told', async () => {
    await activitySignal(1).wait()
  })
})
