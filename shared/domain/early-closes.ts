import { thanksgiving } from './closures.ts'
import { addDays, weekday } from './new-york.ts'

const WEDNESDAY = 3

/**
 * The dates in `year` on which trading ends at 13:00 if it takes place at all: the eves of Independence Day and of Christmas
 * are among them also where they fall on a weekend or are the holiday observed.
 * @see https://mondovisione.com/media-and-resources/news/nyse-group-announces-2026-2027-and-2028-holiday-and-early-closings-calendar-20251223/
 */
export const earlyCloses = (year: number): readonly string[] => [
  besideIndependenceDay(year),
  addDays(thanksgiving(year), 1),
  `${year}-12-24`,
  // Once since 2000: neither 2008 nor 2014 nor 2025, with Christmas on a Thursday again, had a short Friday after it.
  ...(year === 2003 ? ['2003-12-26'] : []),
]

/** Until 2012 a holiday on a Thursday had its short day on the Friday after it, and the Wednesday before was a full one. */
const besideIndependenceDay = (year: number): string =>
  weekday(`${year}-07-03`) === WEDNESDAY && year < 2013 ? `${year}-07-05` : `${year}-07-03`
