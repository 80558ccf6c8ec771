import {
  type AutoscaleInfo,
  type AutoscaleInfoProvider,
  CandlestickSeries,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApiBase,
  type IPriceLine,
  LineStyle,
  type SeriesMarker,
  type UTCTimestamp,
} from 'lightweight-charts'
import { addBrokenLine } from './broken-line.ts'
import { type Colours, translucent } from './colours.ts'
import { type Layer, layer } from './layer.ts'
import type { Slot } from './slots.ts'
import { splitText } from './split-text.ts'
import { toSeconds } from './times.ts'

/** Where more are shown, crosses stand so close that they are drawn small. */
const MANY_MINUTES = 2000

/** The main pane: candles, volume, SMA9, VWAP, crosses and the previous close. */
export const pricePane = (chart: IChartApiBase, colours: Colours) => {
  const { up, down, quiet, sma9, vwap } = colours
  let previousClose: number | undefined
  let previousLine: IPriceLine | undefined

  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: 'volume',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  })
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } })
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: up,
    downColor: down,
    wickUpColor: up,
    wickDownColor: down,
    borderVisible: false,
    priceLineVisible: false,
    autoscaleInfoProvider: (info: Parameters<AutoscaleInfoProvider>[0]) => withLine(info(), previousClose),
  })
  candles.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: 0.22 } })
  const markers = createSeriesMarkers(candles, [], { zOrder: 'top' })

  const layers: readonly Layer[] = [
    layer(
      volume,
      ({ time, bar }) => bar && { time: toSeconds(time), value: bar.volume, color: translucent(bar.close < bar.open ? down : up, 0.4) },
    ),
    layer(candles, ({ time, bar }) => bar && { time: toSeconds(time), open: bar.open, high: bar.high, low: bar.low, close: bar.close }),
    addBrokenLine(chart, { options: { color: sma9 } }, ({ bar }) => bar?.sma9).line,
    // VWAP begins anew with each session.
    addBrokenLine(
      chart,
      { options: { color: vwap } },
      ({ bar }) => bar?.vwap,
      ({ isOpening }) => isOpening,
    ).line,
  ]

  return {
    candles,
    layers,
    markCrosses: (slots: readonly Slot[]): void => {
      const size = slots.length > MANY_MINUTES ? 0.5 : 1
      markers.setMarkers(slots.flatMap((slot) => [...splitMarker(slot, colours), ...markerOf(slot, size, colours)]))
    },
    showPreviousClose: (price: number | undefined): void => {
      if (price === previousClose) return
      previousClose = price
      if (previousLine !== undefined) candles.removePriceLine(previousLine)
      previousLine =
        price === undefined
          ? undefined
          : candles.createPriceLine({ price, title: 'prev close', color: quiet, lineStyle: LineStyle.LargeDashed, lineWidth: 1 })
    },
  }
}

/** Where a split took effect: all candles before are shown on the basis of after it. */
const splitMarker = ({ time, split }: Slot, { quiet }: Colours): readonly SeriesMarker<UTCTimestamp>[] =>
  split === undefined ? [] : [{ time: toSeconds(time), position: 'aboveBar', shape: 'square', color: quiet, text: splitText(split) }]

const markerOf = ({ time, bar }: Slot, size: number, { up, down }: Colours): readonly SeriesMarker<UTCTimestamp>[] => {
  if (bar?.cross === 1) return [{ time: toSeconds(time), position: 'belowBar', shape: 'arrowUp', color: up, size }]
  return bar?.cross === -1 ? [{ time: toSeconds(time), position: 'aboveBar', shape: 'arrowDown', color: down, size }] : []
}

/** Takes the line into view where the candles keep at least half of the height. */
const withLine = (info: AutoscaleInfo | null, line: number | undefined): AutoscaleInfo | null => {
  const range = info?.priceRange ?? null
  if (info === null || range === null || line === undefined) return info
  const minValue = Math.min(range.minValue, line)
  const maxValue = Math.max(range.maxValue, line)
  return maxValue - minValue > 2 * (range.maxValue - range.minValue) ? info : { ...info, priceRange: { minValue, maxValue } }
}
