import { createChartEx, type IHorzScaleBehavior, type IRange, LineSeries, type Time } from 'lightweight-charts'
import type { Colours } from './colours.ts'
import { gapShading } from './gap-shading.ts'
import type { Gap } from './gaps.ts'
import { addIndicatorPane, type IndicatorPane, PANE_NAMES, type PaneName } from './indicator-panes.ts'
import { plotOptions } from './plot-options.ts'
import { pricePane } from './price-pane.ts'
import { sessionScale } from './session-scale.ts'
import { type Change, changesOf, type Slot } from './slots.ts'
import { toSeconds } from './times.ts'

/** More changes than these are drawn quicker all at once. */
const SINGLE_CHANGES = 30
/** At most so near: eight minutes in the width. */
const NEAREST = 8

/** The canvas in one set of colours. A range counts slots. */
export type Plot = ReturnType<typeof plot>

export const plot = (root: HTMLElement, colours: Colours, onPoint: (index: number | undefined) => void) => {
  let slots: readonly Slot[] = []
  let openings = new Set<number>()
  let panes: readonly IndicatorPane[] = []
  const chart = createChartEx<Time, IHorzScaleBehavior<Time>>(
    root,
    sessionScale(),
    plotOptions(colours, (at) => openings.has(at)),
  )
  const scale = chart.timeScale()
  // Every minute has a point in a series that nobody sees: the axis is complete before the candles are.
  const minutes = chart.addSeries(LineSeries, { visible: false, priceScaleId: 'minutes', lastValueVisible: false, priceLineVisible: false })
  const price = pricePane(chart, colours)
  const shading = gapShading(chart, colours)
  chart.panes()[0]?.attachPrimitive(shading.primitive(true))
  /** Where the keys have put the crosshair. */
  let pinned: number | undefined
  const pin = (): void => {
    const slot = pinned === undefined ? undefined : slots[pinned]
    if (slot === undefined) return
    const bar = slot.bar ?? slots.findLast(({ time, bar }) => time < slot.time && bar !== undefined)?.bar
    if (bar !== undefined) chart.setCrosshairPosition(bar.close, toSeconds(slot.time), price.candles)
  }
  chart.subscribeCrosshairMove(({ logical, point, sourceEvent }) => {
    // Without a hand that moves it, the library keeps the crosshair where it was on the screen, over another minute after a scroll.
    if (pinned !== undefined && point !== undefined && sourceEvent === undefined) return logical === pinned ? undefined : pin()
    pinned = undefined
    onPoint(point === undefined ? undefined : logical)
  })

  const layers = () => [...price.layers, ...panes.flatMap((pane) => pane.layers)]
  const moveTo = (from: number, to: number): void => scale.setVisibleLogicalRange({ from, to })

  return {
    /** Draws sessions that were not shown before. */
    draw: (next: readonly Slot[]): void => {
      slots = next
      openings = new Set(slots.filter(({ isOpening }) => isOpening).map(({ time }) => time))
      minutes.setData(slots.map(({ time }) => ({ time: toSeconds(time), value: 0 })))
      for (const layer of layers()) layer.draw(slots)
      price.markCrosses(slots)
    },
    /** Draws what is new of the sessions that are shown. */
    update: (next: readonly Slot[]): void => {
      const changes: readonly Change[] = changesOf(slots, next)
      slots = next
      if (changes.length === 0) return
      for (const layer of layers()) {
        if (changes.length > SINGLE_CHANGES) layer.draw(slots)
        else for (const change of changes) layer.change(change, slots)
      }
      price.markCrosses(slots)
    },
    shade: (gaps: readonly Gap[]): void => shading.shade(gaps),
    showPreviousClose: price.showPreviousClose,
    showPanes: (names: ReadonlySet<PaneName>): void => {
      for (const pane of panes) pane.remove()
      panes = PANE_NAMES.filter((name) => names.has(name)).map((name) => addIndicatorPane(chart, name, colours))
      chart.panes()[0]?.setStretchFactor(3)
      for (const { pane, layers } of panes) {
        pane.attachPrimitive(shading.primitive(false))
        for (const layer of layers) layer.draw(slots)
      }
    },
    fit: (): void => scale.fitContent(),
    /** `factor`: below 1 nearer, above 1 farther, about the middle. */
    zoom: (factor: number): void => {
      const range = scale.getVisibleLogicalRange()
      if (range === null) return
      const middle = (range.from + range.to) / 2
      const half = Math.max(NEAREST / 2, ((range.to - range.from) / 2) * factor)
      moveTo(Math.max(-0.5, middle - half), Math.min(slots.length - 0.5, middle + half))
    },
    /** Puts the crosshair on a slot, in view; undefined takes it away. */
    point: (index: number | undefined): void => {
      pinned = index
      if (index === undefined) return chart.clearCrosshairPosition()
      const range = scale.getVisibleLogicalRange()
      if (range !== null && index < range.from) moveTo(index - 1, index - 1 + range.to - range.from)
      else if (range !== null && index > range.to) moveTo(index + 1 - (range.to - range.from), index + 1)
      pin()
    },
    range: (): IRange<number> | null => scale.getVisibleLogicalRange(),
    show: (range: IRange<number>): void => scale.setVisibleLogicalRange(range),
    remove: (): void => chart.remove(),
  }
}
