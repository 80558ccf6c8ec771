import { describe, expect, it } from 'vitest'
import { morningRead } from '../../shared/domain/morning-read.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { weekdays } from '../contract/store-setup.ts'

const days = weekdays(8)
const [next, last] = [days[7]!, days[6]!]
const opened = days.slice(0, 7)
const morning = next.opensAt - 2 * HOUR

describe('the morning read', () => {
  it('wants the last five sessions, from two hours before the open on', () => {
    expect(morningRead(morning, opened, next.opensAt)).toEqual({ before: morning, dates: opened.slice(-5).map(({ date }) => date) })
  })

  it('wants those of the morning before until then', () => {
    const before = last.opensAt - 2 * HOUR
    expect(morningRead(morning - MINUTE, opened, next.opensAt)).toEqual({ before, dates: days.slice(1, 6).map(({ date }) => date) })
  })

  it('wants nothing before the first session', () => {
    expect(morningRead(morning - MINUTE, [], next.opensAt).dates).toEqual([])
  })

  it('wants no more of the last session when the calendar has none after it', () => {
    expect(morningRead(last.closesAt + 20 * HOUR, opened, undefined).dates).toEqual(days.slice(1, 6).map(({ date }) => date))
  })
})
