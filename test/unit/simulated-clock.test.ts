import { describe, expect, it } from 'vitest'
import { simulatedClock, type Speed } from '../../local/clock/simulated-clock.ts'

const setup = (speed: Speed) => {
  let real = 5000
  return { clock: simulatedClock(1_000_000, speed, () => real), pass: (ms: number) => void (real += ms) }
}

describe('a simulated clock', () => {
  it('runs so many times as fast as real time', () => {
    const { clock, pass } = setup(60)
    expect(clock.now()).toBe(1_000_000)
    pass(1000)
    expect(clock.now()).toBe(1_060_000)
  })

  it('runs on from where it was moved to', () => {
    const { clock, pass } = setup(2)
    pass(100)
    clock.stepTo(2_000_000)
    expect(clock.now()).toBe(2_000_000)
    pass(50)
    expect(clock.now()).toBe(2_000_100)
  })

  it.each<Speed>([60, 'max'])('never goes back at speed %s', (speed) => {
    const { clock, pass } = setup(speed)
    pass(100)
    const before = clock.now()
    clock.stepTo(before - 1)
    expect(clock.now()).toBe(before)
  })

  it('changes its speed from now on, and after whoever holds it has let go', () => {
    const { clock, pass } = setup(60)
    pass(1000)
    clock.setSpeed(10)
    expect([clock.speed, clock.now()]).toEqual([10, 1_060_000])
    pass(1000)
    expect(clock.now()).toBe(1_070_000)
    const letGo = clock.holdRealRate()
    clock.setSpeed(100)
    pass(1000)
    expect(clock.now()).toBe(1_071_000)
    letGo()
    pass(1000)
    expect(clock.now()).toBe(1_171_000)
  })

  it('keeps its full speed', () => {
    const { clock, pass } = setup('max')
    clock.setSpeed(60)
    pass(1000)
    expect([clock.speed, clock.now()]).toEqual(['max', 1_000_000])
  })

  it('stands still at full speed until it is moved', () => {
    const { clock, pass } = setup('max')
    pass(10_000)
    expect(clock.now()).toBe(1_000_000)
    expect(clock.realMsUntil(9_000_000)).toBe(0)
    clock.stepTo(1_000_001)
    expect(clock.now()).toBe(1_000_001)
  })

  it('tells how much real time is left, and nothing once it is over', () => {
    const { clock, pass } = setup(60)
    expect(clock.realMsUntil(1_060_000)).toBe(1000)
    expect(clock.realMsUntil(1_000_001)).toBe(1)
    pass(2000)
    expect(clock.realMsUntil(1_060_000)).toBe(0)
  })

  it.each<Speed>([60, 'max'])('runs at real rate while anybody holds it so, and at speed %s again from where it then is', (speed) => {
    const { clock, pass } = setup(speed)
    const [first, second] = [clock.holdRealRate(), clock.holdRealRate()]
    pass(500)
    first()
    first()
    pass(500)
    expect(clock.now()).toBe(1_001_000)
    expect(clock.realMsUntil(1_003_000)).toBe(2000)
    second()
    pass(1000)
    expect(clock.now()).toBe(speed === 'max' ? 1_001_000 : 1_061_000)
  })
})
