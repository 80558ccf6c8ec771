import type { ChartSession } from '../data/chart-rows.ts'
import { clockText, countText, dateText, momentText, priceText } from '../format.ts'
import { type Gap, missingMinutes } from './gaps.ts'
import { stateText } from './legend.ts'
import type { Slot } from './slots.ts'

/** What a screen reader says of the whole chart. */
export const summaryText = (sessions: readonly ChartSession[], newest: Slot | undefined, gaps: readonly Gap[]): string => {
  const first = sessions[0]
  const last = sessions.at(-1)
  if (first === undefined || last === undefined) return 'Chart without a session'
  const days = first === last ? dateText(first.date) : `${dateText(first.date)} to ${dateText(last.date)}`
  const subject = `Chart of ${first.ticker}, ${days}`
  if (newest?.bar === undefined) return `${subject}: no candles yet`
  const at = first === last ? clockText(newest.time) : momentText(newest.time)
  const missing = missingMinutes(gaps)
  const absent = missing === 0 ? 'no minute missing' : `${countText(missing)} ${missing === 1 ? 'minute' : 'minutes'} missing`
  return `${subject}: last close ${priceText(newest.bar.close)} at ${at}, ${absent}. Shift with the left or right arrow reads minute by minute.`
}

/** What a screen reader says of one minute. */
export const minuteText = (slot: Slot, gap: Gap | undefined): string => {
  const { time, bar } = slot
  if (bar === undefined) return `${momentText(time)}: ${stateText(slot, gap)}`
  const prices = `close ${priceText(bar.close)}, open ${priceText(bar.open)}, high ${priceText(bar.high)}, low ${priceText(bar.low)}`
  return `${momentText(time)}: ${prices}, volume ${countText(bar.volume)}${CROSS_WORDS.get(bar.cross ?? 0) ?? ''}`
}

const CROSS_WORDS = new Map([
  [1, ', SMA9 crosses above VWAP'],
  [-1, ', SMA9 crosses below VWAP'],
])
