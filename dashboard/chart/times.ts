import type { TickMarkFormatter, Time, UTCTimestamp } from 'lightweight-charts'
import { TickMarkType } from 'lightweight-charts'
import { clockText, momentText } from '../format.ts'

const isWholeSeconds = (seconds: number): seconds is UTCTimestamp => Number.isInteger(seconds)

/** The library's time: whole seconds. @throws RangeError for a time that is none, as a minute always is one */
export const toSeconds = (at: number): UTCTimestamp => {
  const seconds = at / 1000
  if (!isWholeSeconds(seconds)) throw new RangeError(`${at} is no whole second`)
  return seconds
}

const toMilliseconds = (time: Time): number => (typeof time === 'number' ? time * 1000 : Number.NaN)

const dateFormat = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', month: 'short', day: 'numeric' })

/** Under the axis: the day where a session opens, else New York's clock. The library reckons in UTC, in which a session lies within one day. */
export const tickText =
  (isOpening: (at: number) => boolean): TickMarkFormatter =>
  (time, type) => {
    const at = toMilliseconds(time)
    return type <= TickMarkType.DayOfMonth || isOpening(at) ? dateFormat.format(at) : clockText(at)
  }

export const crosshairText = (time: Time): string => momentText(toMilliseconds(time))
