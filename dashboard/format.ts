import { HOUR, MINUTE } from '../shared/domain/time.ts'

/** Times are New York's, whatever the viewer's zone. */
const format = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
  const formatter = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', hourCycle: 'h23', ...options })
  return (at) => formatter.format(at)
}

/** `10:42` */
export const clockText = format({ hour: '2-digit', minute: '2-digit' })
/** `10:42:07` */
export const secondText = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
/** `Tue, Feb 12` */
export const dayText = format({ weekday: 'short', month: 'short', day: 'numeric' })
/** `Tue, Feb 12, 10:42` */
export const momentText = (at: number): string => `${dayText(at)}, ${clockText(at)}`
/** `Feb 12, 10:42` */
export const shortMomentText = format({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' })
/** `Tue, Feb 12` of `2019-02-12` */
export const dateText = (date: string): string => dayText(Date.parse(`${date}T17:00:00Z`))

const DAY = 24 * HOUR

/** `6 d 4 h`, `4 h 12 min`, `12 min`, `40 s`: the two largest units of milliseconds; below an hour one. */
export const spanText = (milliseconds: number): string => {
  const span = Math.max(0, milliseconds)
  if (span >= DAY) return `${Math.floor(span / DAY)} d ${Math.floor((span % DAY) / HOUR)} h`
  if (span >= HOUR) return `${Math.floor(span / HOUR)} h ${Math.floor((span % HOUR) / MINUTE)} min`
  return span >= MINUTE ? `${Math.floor(span / MINUTE)} min` : `${Math.floor(span / 1000)} s`
}

const twoDigits = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
/** For a glance; the legend has every digit. */
export const priceText = (price: number): string => twoDigits.format(price)
export const countText = (count: number): string => whole.format(count)
/** `1 minute`, `1,234 minutes` */
export const minutesText = (count: number): string => `${countText(count)} minute${count === 1 ? '' : 's'}`
/** `+1.23 %` of a move from one price to another, with a real minus. */
export const changeText = (from: number, to: number): string => {
  const percent = (to / from - 1) * 100
  return `${percent < 0 ? '−' : '+'}${twoDigits.format(Math.abs(percent))} %`
}
