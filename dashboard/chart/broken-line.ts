import {
  type CustomData,
  type CustomSeriesOptions,
  type CustomSeriesWhitespaceData,
  customSeriesDefaultOptions,
  type IChartApiBase,
  type ICustomSeriesPaneRenderer,
  type ICustomSeriesPaneView,
  type PaneRendererCustomData,
  type SeriesPartialOptions,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import { type Layer, layer } from './layer.ts'
import type { Slot } from './slots.ts'
import { toSeconds } from './times.ts'

type LinePoint = CustomData & { readonly time: UTCTimestamp; readonly value: number; readonly isStart: boolean }

/** A minute's dot is as wide as the line. */
const LINE_WIDTH = 1.5

const isLinePoint = (point: LinePoint | CustomSeriesWhitespaceData<Time>): point is LinePoint => 'value' in point

/** A line that joins neighbouring minutes only; the library's own runs on over minutes without a value. */
const brokenLineView = (): ICustomSeriesPaneView<Time, LinePoint> => {
  let data: PaneRendererCustomData<Time, LinePoint> | undefined
  let color = ''
  const renderer: ICustomSeriesPaneRenderer = {
    draw: (target, toY) => {
      const { bars, visibleRange } = data ?? { bars: [], visibleRange: null }
      if (visibleRange === null) return
      target.useMediaCoordinateSpace(({ context }) => {
        context.beginPath()
        for (let index = visibleRange.from; index < visibleRange.to; index += 1) {
          const bar = bars[index]
          const y = bar === undefined ? null : toY(bar.originalData.value)
          if (bar === undefined || y === null) continue
          const isJoined = index > visibleRange.from && bars[index - 1]?.time === bar.time - 1 && !bar.originalData.isStart
          if (!isJoined) context.moveTo(bar.x - LINE_WIDTH / 2, y)
          context.lineTo(isJoined ? bar.x : bar.x + LINE_WIDTH / 2, y)
        }
        context.lineWidth = LINE_WIDTH
        context.lineJoin = 'round'
        context.strokeStyle = color
        context.stroke()
      })
    },
  }
  return {
    renderer: () => renderer,
    update: (next, options) => {
      data = next
      color = options.color
    },
    priceValueBuilder: ({ value }) => [value],
    isWhitespace: (point): point is CustomSeriesWhitespaceData<Time> => !isLinePoint(point),
    defaultOptions: () => ({ ...customSeriesDefaultOptions, lastValueVisible: false, priceLineVisible: false }),
  }
}

type Value = (slot: Slot) => number | undefined
type Where = { readonly pane?: number; readonly options: SeriesPartialOptions<CustomSeriesOptions> & { readonly color: string } }

/** `startsAnew`: whether a slot is not joined to the one before it. */
export const addBrokenLine = (chart: IChartApiBase, { pane = 0, options }: Where, value: Value, startsAnew?: (slot: Slot) => boolean) => {
  const series = chart.addCustomSeries<LinePoint, CustomSeriesOptions>(brokenLineView(), options, pane)
  const line: Layer = layer<LinePoint>(series, (slot) => {
    const at = value(slot)
    return at === undefined ? undefined : { time: toSeconds(slot.time), value: at, isStart: startsAnew?.(slot) ?? false }
  })
  return { series, line }
}
