const HOUR = 3_600_000
const DAY = 24 * HOUR

const formats = new Map<string, Intl.DateTimeFormat>()
const formatOf = (timezone: string): Intl.DateTimeFormat => {
  const known = formats.get(timezone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' })
  formats.set(timezone, known)
  return known
}

/** What a clock in the zone shows at a time, as the time at which one in UTC shows the same; epoch milliseconds both. */
export const wallClockOf = (at: number, timezone: string): number => {
  const seconds = Math.floor(at / 1000) * 1000
  return Date.parse(`${formatOf(timezone).format(seconds).replace(' ', 'T')}Z`) + (at - seconds)
}

/** When a clock in the zone first shows `shown` (see `wallClockOf`); undefined when it leaves that out. */
export const instantOf = (shown: number, timezone: string): number | undefined => {
  const offsets = [shown - DAY, shown + DAY].map((at) => wallClockOf(at, timezone) - at)
  const times = offsets.map((offset) => shown - offset).filter((at) => wallClockOf(at, timezone) === shown)
  return times.length === 0 ? undefined : Math.min(...times)
}
