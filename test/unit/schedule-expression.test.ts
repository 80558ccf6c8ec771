import { describe, expect, it } from 'vitest'
import { nextFiring } from '../../local/template/schedule-expression.ts'

const iso = (at: number | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString())
const next = (expression: string, after: string, timezone = 'America/New_York') => iso(nextFiring(expression, timezone, Date.parse(after)))

describe('nextFiring', () => {
  it.each([
    ['cron(* * * * ? *)', '2019-02-11T14:30:00Z', '2019-02-11T14:31:00.000Z'],
    ['cron(30 9 ? * MON-FRI *)', '2019-02-08T15:00:00Z', '2019-02-11T14:30:00.000Z'],
    ['cron(30 9 ? * 2-6 *)', '2019-02-08T15:00:00Z', '2019-02-11T14:30:00.000Z'],
    ['cron(0/15 10 * * ? *)', '2019-02-11T15:01:00Z', '2019-02-11T15:15:00.000Z'],
    ['cron(0 0 ? * 6L *)', '2019-02-11T15:00:00Z', '2019-02-22T05:00:00.000Z'],
    ['rate(5 minutes)', '2019-02-11T14:31:00Z', '2019-02-11T14:35:00.000Z'],
    ['rate(1 hour)', '2019-02-11T14:31:00Z', '2019-02-11T15:00:00.000Z'],
    ['at(2019-02-12T09:30:00)', '2019-02-11T14:31:00Z', '2019-02-12T14:30:00.000Z'],
  ])('fires %s after %s at %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected)
  })

  it('follows the clock change of its time zone', () => {
    expect(next('cron(30 9 * * ? *)', '2019-03-09T20:00:00Z')).toBe('2019-03-10T13:30:00.000Z')
  })

  it('fires a cron of a zone once in the hour that comes twice, and not in the one that is left out', () => {
    const firings = (from: string, until: string, timezone?: string): readonly string[] => {
      const found: string[] = []
      for (let at = from; at < until;) {
        at = next('cron(0/30 * * * ? *)', at, timezone) ?? until
        found.push(at)
      }
      return found
    }
    const autumn = firings('2026-11-01T04:45:00.000Z', '2026-11-01T07:30:00.000Z')
    expect(autumn.map((at) => at.slice(11, 16))).toEqual(['05:00', '05:30', '07:00', '07:30'])
    const spring = firings('2026-03-08T06:15:00.000Z', '2026-03-08T07:30:00.000Z')
    expect(spring.map((at) => at.slice(11, 16))).toEqual(['06:30', '07:00', '07:30'])
    expect(next('cron(30 2 * * ? *)', '2026-03-08T06:15:00Z')).toBe('2026-03-09T06:30:00.000Z')
    expect(firings('2026-11-01T04:45:00.000Z', '2026-11-01T07:30:00.000Z', 'UTC')).toHaveLength(6)
  })

  it('has no more firings after the moment of an at(…)', () => {
    expect(next('at(2019-02-12T09:30:00)', '2019-02-13T00:00:00Z')).toBeUndefined()
  })

  it.each(['every minute', 'cron(* * * *)', 'rate(0 minutes)', 'rate(1 fortnight)'])('refuses %s', (expression) => {
    expect(() => next(expression, '2019-02-11T14:31:00Z')).toThrow(expression)
  })
})
