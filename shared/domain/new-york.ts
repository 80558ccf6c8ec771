import { HOUR } from './time.ts'

const DAY = 24 * HOUR

/** The date in New York at this moment, `YYYY-MM-DD`. */
export const newYorkDate = (at: number): string => wallClock(at).slice(0, 10)

/** The time of day in New York at this moment, `HH:MM`. */
export const newYorkTime = (at: number): string => wallClock(at).slice(11, 16)

/** For a person: `Tuesday, February 12, 10:00 New York time`. */
export const newYorkText = (at: number): string => `${DAY_TEXT.format(at)}, ${newYorkTime(at)} New York time`

const DAY_TEXT = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', weekday: 'long', month: 'long', day: 'numeric' })

/**
 * The moment, epoch milliseconds, at which clocks in New York show `time` (`HH:MM`) on `date` (`YYYY-MM-DD`).
 * In the hour that spring leaves out it counts on from before the jump (02:30 is the moment called 03:30);
 * in the hour that autumn repeats it is the first of the two.
 * @throws RangeError for a date or a time that does not exist
 */
export const newYorkInstant = (date: string, time: string): number => {
  const midnight = utcMidnight(date)
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) throw new RangeError(`not a time of day: ${time}`)
  const shown = Date.parse(`${date}T${time}Z`)
  // At midnight UTC it is the evening before in New York, 24 hours later the same evening: the clock change at 02:00 lies between.
  const before = offsetAt(midnight)
  const after = offsetAt(midnight + DAY)
  const early = shown - before
  const late = shown - after
  return offsetAt(early) !== before && offsetAt(late) === after ? late : early
}

/** The date so many days later, or earlier when negative. @throws RangeError for a date that does not exist */
export const addDays = (date: string, days: number): string => new Date(utcMidnight(date) + days * DAY).toISOString().slice(0, 10)

/** The day of the week: 0 is Sunday, 6 is Saturday. @throws RangeError for a date that does not exist */
export const weekday = (date: string): number => new Date(utcMidnight(date)).getUTCDay()

const midnights = new Map<string, number>()

const utcMidnight = (date: string): number => {
  const known = midnights.get(date)
  if (known !== undefined) return known
  const midnight = Date.parse(`${date}T00:00Z`)
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) throw new RangeError(`not a date: ${date}`)
  midnights.set(date, midnight)
  return midnight
}

/** ISO text of what the clock shows, its `Z` being untrue. */
const wallClock = (at: number): string => new Date(at + offsetAt(at)).toISOString()

const formatter = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', timeZoneName: 'longOffset' })
const offsets = new Map<number, number>()

/** New York's distance from UTC in milliseconds. New York changes its clocks on a whole hour, so one answer serves the hour. */
const offsetAt = (at: number): number => {
  const hour = Math.floor(at / HOUR)
  let offset = offsets.get(hour)
  if (offset === undefined) {
    offset = askIntl(at)
    offsets.set(hour, offset)
  }
  return offset
}

const askIntl = (at: number): number => {
  const text = formatter.format(at)
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)$/.exec(text) ?? []
  if (sign === undefined) throw new RangeError(`no UTC offset in ${text}: this Node has no time zone data`)
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + (Number(minutes) * HOUR) / 60)
}
