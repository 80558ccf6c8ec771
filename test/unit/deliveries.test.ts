import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../local/schwab/seeded-random.ts'
import { exactlyOnce, repeated, switchable } from '../../local/stack/deliveries.ts'
import { message } from '../fakes/stack-sqs.ts'

const letters = [...'abcdefghij'].map((id) => message(id))
const ids = (messages: readonly { readonly MessageId: string }[]) => messages.map(({ MessageId }) => MessageId).join('')

describe('deliveries exactly once', () => {
  it('keep the order and delete what is done', () => {
    expect(ids(exactlyOnce.order(letters))).toBe('abcdefghij')
    expect(exactlyOnce.afterSuccess(message('a'))).toBe('delete')
  })
})

describe('repeated deliveries', () => {
  it('delete a message after as many successes as asked for, each message for itself', () => {
    const deliveries = repeated(3, () => 0.5)
    const outcomes = ['a', 'b', 'a', 'a', 'b', 'b', 'a'].map((id) => deliveries.afterSuccess(message(id)))
    const again = { againAfterSeconds: 75 }
    expect(outcomes).toEqual([again, again, again, 'delete', again, 'delete', again])
  })

  it('come within two and a half minutes', () => {
    const { afterSuccess } = repeated(10, seededRandom(4))
    const delays = Array.from({ length: 9 }, () => afterSuccess(message('a'))).map((after) =>
      after === 'delete' ? -1 : after.againAfterSeconds,
    )
    expect(delays.every((seconds) => Number.isInteger(seconds) && seconds >= 0 && seconds < 150)).toBe(true)
    expect(new Set(delays).size).toBeGreaterThan(5)
  })

  it('shuffle a batch, the same way for the same seed, and lose nothing', () => {
    const shuffled = ids(repeated(2, seededRandom(4)).order(letters))
    expect(shuffled).not.toBe('abcdefghij')
    expect([...shuffled].toSorted().join('')).toBe('abcdefghij')
    expect(ids(repeated(2, seededRandom(4)).order(letters))).toBe(shuffled)
  })
})

describe('deliveries that a fault changes at run time', () => {
  const again = { againAfterSeconds: 75 }
  const played = (...counts: readonly (number | undefined)[]) => {
    const left = [...counts]
    return switchable(
      exactlyOnce,
      () => left.shift(),
      () => 0.5,
    )
  }

  it('are the usual ones while no fault is set', () => {
    const deliveries = played()
    expect(ids(deliveries.order(letters))).toBe('abcdefghij')
    expect(deliveries.afterSuccess(message('a'))).toBe('delete')
  })

  it('repeat the messages that the fault falls on, and those to the end, though the fault is over', () => {
    const deliveries = played(3, undefined)
    const outcomes = ['a', 'b', 'a', 'a', 'a'].map((id) => deliveries.afterSuccess(message(id)))
    expect(outcomes).toEqual([again, 'delete', again, 'delete', 'delete'])
  })

  it('are out of order while copies are under way', () => {
    const random = seededRandom(4)
    const deliveries = switchable(exactlyOnce, () => 2, random)
    expect(ids(deliveries.order(letters))).toBe('abcdefghij')
    deliveries.afterSuccess(message('a'))
    expect(ids(deliveries.order(letters))).not.toBe('abcdefghij')
    deliveries.afterSuccess(message('a'))
    expect(ids(deliveries.order(letters))).toBe('abcdefghij')
  })
})
