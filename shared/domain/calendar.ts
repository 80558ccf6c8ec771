import { fullClosures } from './closures.ts'
import { earlyCloses } from './early-closes.ts'
import { addDays, newYorkDate, newYorkInstant, weekday } from './new-york.ts'
import type { Session } from './session.ts'

const FIRST_YEAR = 2000
const LAST_YEAR = 2050
const DAYS_SEARCHED = 30

/** Says when the market trades. */
export type Calendar = {
  /** The session of a date in New York (`YYYY-MM-DD`), undefined on a closed day. @throws RangeError outside 2000 to 2050, naming the date, unless the dates with a session were given */
  sessionOn(date: string): Session | undefined
}

export type CalendarOptions = {
  /** Dates that are closed besides, such as a day of mourning announced after this was written. */
  readonly closures?: readonly string[] | undefined
  /**
   * For replays of recorded candles: exactly these dates have a session, whatever the rules and `closures` say. Short days stay short,
   * as far as the rules go back; a date before them is a whole day. */
  readonly onlySessions?: readonly string[] | undefined
}

/**
 * The regular sessions of the New York Stock Exchange, 09:30 until 16:00 or 13:00, by rule from 2000 to 2050.
 * @throws RangeError for a closure that is no date from 2000 to 2050, and for one of `onlySessions` that is no date
 */
export const marketCalendar = (options: CalendarOptions = {}): Calendar => {
  const { closures = [], onlySessions } = options
  for (const date of closures) yearOf(date)
  for (const date of onlySessions ?? []) addDays(date, 0)
  const only = onlySessions && new Set(onlySessions)
  const closed = new Set(closures)
  const years = new Map<number, Year>()
  const rulesOf = (year: number): Year => {
    if (year < FIRST_YEAR || year > LAST_YEAR) return UNKNOWN
    const rules = years.get(year) ?? { closed: new Set(fullClosures(year)), short: new Set(earlyCloses(year)) }
    years.set(year, rules)
    return rules
  }
  return {
    sessionOn: (date) => {
      const rules = rulesOf(only ? calendarYear(date) : yearOf(date))
      const opens = only ? only.has(date) : !isWeekend(date) && !closed.has(date) && !rules.closed.has(date)
      if (!opens) return undefined
      return { date, opensAt: newYorkInstant(date, '09:30'), closesAt: newYorkInstant(date, rules.short.has(date) ? '13:00' : '16:00') }
    },
  }
}

/** The sessions that share at least a moment with the half-open span from `from` to `to` (epoch milliseconds), oldest first. */
export const sessionsBetween = (calendar: Calendar, from: number, to: number): readonly Session[] => {
  if (from >= to) return []
  const last = newYorkDate(to - 1)
  const sessions: Session[] = []
  for (let date = newYorkDate(from); date <= last; date = addDays(date, 1)) {
    const session = calendar.sessionOn(date)
    if (session !== undefined && session.opensAt < to && session.closesAt > from) sessions.push(session)
  }
  return sessions
}

/** The session that is open at this moment. */
export const sessionAt = (calendar: Calendar, at: number): Session | undefined => {
  const session = calendar.sessionOn(newYorkDate(at))
  return session !== undefined && session.opensAt <= at && at < session.closesAt ? session : undefined
}

/** The first session to open after this moment; undefined if none does within 30 days, as in a replay of a few recorded days. */
export const nextSession = (calendar: Calendar, at: number): Session | undefined =>
  search(calendar, at, 1, (session) => session.opensAt > at)

/** The last session to have closed by this moment; undefined if none has within 30 days. */
export const previousSession = (calendar: Calendar, at: number): Session | undefined =>
  search(calendar, at, -1, (session) => session.closesAt <= at)

type Year = { readonly closed: ReadonlySet<string>; readonly short: ReadonlySet<string> }

const search = (calendar: Calendar, at: number, step: 1 | -1, fits: (session: Session) => boolean): Session | undefined => {
  const today = newYorkDate(at)
  for (let days = 0; days <= DAYS_SEARCHED; days++) {
    const session = calendar.sessionOn(addDays(today, step * days))
    if (session !== undefined && fits(session)) return session
  }
  return undefined
}

const isWeekend = (date: string): boolean => weekday(date) % 6 === 0

const UNKNOWN: Year = { closed: new Set(), short: new Set() }

/** @throws RangeError for a date that does not exist */
const calendarYear = (date: string): number => Number(addDays(date, 0).slice(0, 4))

const yearOf = (date: string): number => {
  const year = calendarYear(date)
  if (year < FIRST_YEAR || year > LAST_YEAR) throw new RangeError(`the calendar knows ${FIRST_YEAR} to ${LAST_YEAR}, not ${date}`)
  return year
}
