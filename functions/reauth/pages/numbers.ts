const FORMAT = new Intl.NumberFormat('en-US')

/** `1,234 minutes`, `1 minute`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${FORMAT.format(count)} ${count === 1 ? one : many}`

/** `2 hours 5 minutes`, for a span in milliseconds; whole minutes. */
export const spanText = (span: number): string => {
  const minutes = Math.max(0, Math.round(span / 60_000))
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60]
  const parts = [days > 0 && counted(days, 'day'), hours > 0 && counted(hours, 'hour'), rest > 0 && counted(rest, 'minute')]
  return (
    parts
      .filter((part) => part !== false)
      .slice(0, 2)
      .join(' ') || 'less than a minute'
  )
}
