import { addDays, weekday } from './new-york.ts'
import { oneOffClosures } from './one-off-closures.ts'

const SUNDAY = 0
const MONDAY = 1
const THURSDAY = 4
const SATURDAY = 6

/**
 * The dates in `year` on which the New York Stock Exchange does not open, weekends left out: its holidays by the
 * rules since 2000, and what closed it out of turn.
 * @see https://www.nyse.com/trade/hours-calendars
 */
export const fullClosures = (year: number): readonly string[] => {
  const fixed = [`${year}-07-04`, `${year}-12-25`, ...(year >= 2022 ? [`${year}-06-19`] : [])]
  return [
    ...newYearsDay(year),
    nthWeekday(`${year}-01-01`, MONDAY, 3),
    nthWeekday(`${year}-02-01`, MONDAY, 3),
    addDays(easterSunday(year), -2),
    addDays(nthWeekday(`${year}-06-01`, MONDAY, 1), -7),
    ...fixed.map(observed),
    nthWeekday(`${year}-09-01`, MONDAY, 1),
    thanksgiving(year),
    ...oneOffClosures.filter((date) => date.startsWith(`${year}-`)),
  ]
}

/** The fourth Thursday of November. */
export const thanksgiving = (year: number): string => nthWeekday(`${year}-11-01`, THURSDAY, 4)

/** A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after. */
const observed = (date: string): string => {
  const day = weekday(date)
  if (day === SATURDAY) return addDays(date, -1)
  return day === SUNDAY ? addDays(date, 1) : date
}

/** On a Saturday it is not kept at all: the Friday before ends the year's accounts, and NYSE Rule 7.2 keeps such a day open. */
const newYearsDay = (year: number): readonly string[] => {
  const date = `${year}-01-01`
  return weekday(date) === SATURDAY ? [] : [observed(date)]
}

/** The n-th such weekday on or after `from`. */
const nthWeekday = (from: string, day: number, n: number): string => addDays(from, ((day - weekday(from) + 7) % 7) + 7 * (n - 1))

/** Gauss's Easter with the terms that are constant from 1900 to 2099; two dates of his plain rule come a week too late. */
const easterSunday = (year: number): string => {
  const moon = (19 * (year % 19) + 24) % 30
  const sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
  const days = moon + sunday
  const late = days === 35 || (days === 34 && moon === 28 && year % 19 > 10)
  return addDays(`${year}-03-22`, late ? days - 7 : days)
}
