import { createTextWatermark, HistogramSeries, type IChartApiBase, type IPaneApi, LineStyle, type Time } from 'lightweight-charts'
import { addBrokenLine } from './broken-line.ts'
import { type Colours, translucent } from './colours.ts'
import { type Layer, layer } from './layer.ts'
import { toSeconds } from './times.ts'

export type PaneName = 'macd' | 'rsi'
/** In the order in which they stand below one another. */
export const PANE_NAMES: readonly PaneName[] = ['macd', 'rsi']

export type IndicatorPane = { readonly pane: IPaneApi<Time>; readonly layers: readonly Layer[]; readonly remove: () => void }

/** Adds a pane below the others. */
export const addIndicatorPane = (chart: IChartApiBase, name: PaneName, colours: Colours): IndicatorPane => {
  const pane = chart.addPane(true)
  const layers = ADDERS[name](chart, pane.paneIndex(), colours)
  createTextWatermark(pane, {
    horzAlign: 'left',
    vertAlign: 'top',
    lines: [{ text: ` ${TITLES[name]}`, color: colours.quiet, fontSize: 11, fontFamily: colours.font }],
  })
  const remove = (): void => {
    for (const series of pane.getSeries()) chart.removeSeries(series)
    chart.removePane(pane.paneIndex())
  }
  return { pane, layers, remove }
}

const TITLES: Readonly<Record<PaneName, string>> = { macd: 'MACD 12 26 9', rsi: 'RSI 14' }
type Add = (chart: IChartApiBase, pane: number, colours: Colours) => readonly Layer[]

const addMacd: Add = (chart, pane, { up, down, accent, warn }) => {
  const priceFormat = { type: 'price', precision: 3, minMove: 0.001 } as const
  const histogram = chart.addSeries(HistogramSeries, { priceFormat, lastValueVisible: false, priceLineVisible: false }, pane)
  return [
    layer(histogram, ({ time, bar }) =>
      bar?.macdHistogram === undefined
        ? undefined
        : { time: toSeconds(time), value: bar.macdHistogram, color: translucent(bar.macdHistogram < 0 ? down : up, 0.55) },
    ),
    addBrokenLine(chart, { pane, options: { color: accent, priceFormat } }, ({ bar }) => bar?.macd).line,
    addBrokenLine(chart, { pane, options: { color: warn, priceFormat } }, ({ bar }) => bar?.macdSignal).line,
  ]
}

const addRsi: Add = (chart, pane, { accent, quiet }) => {
  const { series, line } = addBrokenLine(
    chart,
    {
      pane,
      options: {
        color: accent,
        priceFormat: { type: 'price', precision: 1, minMove: 0.1 },
        autoscaleInfoProvider: () => ({ priceRange: { minValue: 0, maxValue: 100 } }),
      },
    },
    ({ bar }) => bar?.rsi14,
  )
  for (const price of [30, 70]) series.createPriceLine({ price, color: quiet, lineStyle: LineStyle.Dashed, lineWidth: 1, title: '' })
  return [line]
}

const ADDERS: Readonly<Record<PaneName, Add>> = { macd: addMacd, rsi: addRsi }
