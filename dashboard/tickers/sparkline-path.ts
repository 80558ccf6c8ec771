import type { Sparkline } from '../data/ticker-rows.ts'

/**
 * A session's closes as the path of a drawing, so wide and so high. The whole width is the whole session: half a line is half a day.
 * Empty without points; a price that did not move lies in the middle.
 */
export const sparklinePath = ({ opensAt, closesAt, points }: Sparkline, width: number, height: number): string => {
  const closes = points.map(([, close]) => close)
  const low = Math.min(...closes)
  const range = Math.max(...closes) - low
  return points
    .map(([at, close], index) => {
      const x = Math.min(1, Math.max(0, (at - opensAt) / (closesAt - opensAt))) * width
      const y = range > 0 ? (1 - (close - low) / range) * height : height / 2
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}
