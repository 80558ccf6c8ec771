import { HOUR } from './time.ts'

/** Schwab's one-minute history reaches back 48 days, or 90, as clients report. What an outage cost is asked for as far back as that, milliseconds. */
export const LONGEST_REACH = 90 * 24 * HOUR
