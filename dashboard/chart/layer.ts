import type { UTCTimestamp } from 'lightweight-charts'
import type { Change, Slot } from './slots.ts'

type Series<Point> = {
  readonly setData: (points: Point[]) => void
  readonly update: (point: Point, isHistorical?: boolean) => void
}

/** One series of the chart, drawn from the slots. */
export type Layer = {
  readonly draw: (slots: readonly Slot[]) => void
  /** Draws again what has changed. `slots`: all as they are now. */
  readonly change: (change: Change, slots: readonly Slot[]) => void
}

/** `pointOf`: undefined where the series has no value. */
export const layer = <Point extends { readonly time: UTCTimestamp }>(
  series: Series<Point>,
  pointOf: (slot: Slot) => Point | undefined,
): Layer => {
  let newest = -Infinity
  const draw = (slots: readonly Slot[]): void => {
    const points = slots.flatMap((slot) => pointOf(slot) ?? [])
    newest = points.at(-1)?.time ?? -Infinity
    series.setData(points)
  }
  const change = ({ before, after }: Change, slots: readonly Slot[]): void => {
    const was = pointOf(before)
    const is = pointOf(after)
    if (was === undefined && is === undefined) return
    // lightweight-charts 5.2 overwrites the next point when one is put before it, and takes the wrong one away: only what stays in place is updated.
    if (is === undefined || (was === undefined && is.time <= newest)) return draw(slots)
    series.update(is, is.time < newest)
    newest = Math.max(newest, is.time)
  }
  return { draw, change }
}
