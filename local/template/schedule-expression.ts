import { Cron } from 'croner'
import { instantOf, wallClockOf } from './wall-clock.ts'

/**
 * When a schedule fires next, strictly after `after` (epoch milliseconds); undefined: never again.
 * Knows EventBridge's `rate(…)`, `cron(…)` and `at(…)`. A rate counts from the epoch, so that a restart does not shift it.
 * As documented, a cron in a zone does not fire in the hour that its clocks leave out, and of the hour that comes twice only the first time.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 * @throws an Error naming the expression when it is none of these
 */
export const nextFiring = (expression: string, timezone: string, after: number): number | undefined => {
  const [, kind, argument = ''] = /^(rate|cron|at)\((.+)\)$/.exec(expression.trim()) ?? []
  if (kind === 'rate') {
    const period = ratePeriod(argument, expression)
    return (Math.floor(after / period) + 1) * period
  }
  if (kind === 'cron') return nextByWallClock(cronPattern(argument, expression), timezone, after)
  if (kind === 'at') {
    const at = new Cron(argument, { timezone }).nextRun(new Date(after))?.getTime()
    return at
  }
  throw new Error(`"${expression}" is not a schedule: write rate(…), cron(…) or at(…)`)
}

/** Asks for the next time that a clock in the zone would show, and when it first shows it. */
const nextByWallClock = (pattern: string, timezone: string, after: number): number | undefined => {
  const cron = new Cron(pattern, { timezone: 'UTC', sloppyRanges: true })
  let shown = wallClockOf(after, timezone)
  for (;;) {
    const next = cron.nextRun(new Date(shown))?.getTime()
    if (next === undefined) return undefined
    const at = instantOf(next, timezone)
    if (at !== undefined && at > after) return at
    shown = next
  }
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

const ratePeriod = (argument: string, expression: string): number => {
  const [, count, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(argument) ?? []
  const length = UNITS[unit]
  if (count === undefined || length === undefined || Number(count) === 0)
    throw new Error(`"${expression}": a rate is rate(1 minute), rate(5 minutes), …`)
  return Number(count) * length
}

/** EventBridge: minute hour day month weekday(1 = SUN) year; croner: second minute hour day month weekday(0 = SUN) year. */
const cronPattern = (argument: string, expression: string): string => {
  const [minute, hour, day, month, weekday, year, ...rest] = argument.trim().split(/\s+/)
  if (year === undefined || weekday === undefined || rest.length > 0) {
    throw new Error(`"${expression}": a cron has six fields: minute hour day-of-month month day-of-week year`)
  }
  const shifted = weekday.replaceAll(/\d+(?=$|[-,#L/])/g, (digits, offset: number) =>
    weekday[offset - 1] === '/' || weekday[offset - 1] === '#' ? digits : String(Number(digits) - 1),
  )
  return ['0', minute, hour, day, month, shifted, year].join(' ').replaceAll('?', '*')
}
