/** Milliseconds in one minute, the length of a bar. */
export const MINUTE = 60_000
/** Milliseconds in one hour. */
export const HOUR = 60 * MINUTE

/** The start of the minute that `at` lies in, epoch milliseconds. */
export const minuteOf = (at: number): number => Math.floor(at / MINUTE) * MINUTE

/** ISO 8601 in UTC with `Z`, as every edge of the system writes a time. */
export const toIso = (at: number): string => new Date(at).toISOString()
