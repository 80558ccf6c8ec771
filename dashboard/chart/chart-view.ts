import type { ChartSession } from '../data/chart-rows.ts'
import { element, setAttribute, setText } from '../element.ts'
import { readColours } from './colours.ts'
import { type Gap, gapAt, gapsOf, sameGaps } from './gaps.ts'
import type { PaneName } from './indicator-panes.ts'
import { KEY_SHORTCUTS, listenToKeys } from './keys.ts'
import { legend } from './legend.ts'
import { type Plot, plot } from './plot.ts'
import { newestWithBar, type Slot, slotsOf } from './slots.ts'
import { minuteText, summaryText } from './summary.ts'

export type { PaneName } from './indicator-panes.ts'
export type ChartView = {
  /**
   * Sessions of one ticker, oldest first. `now`: epoch milliseconds; `allowance`: how much later than usual a bar may be, milliseconds.
   * Zoom and pan stay unless other sessions come.
   */
  readonly show: (sessions: readonly ChartSession[], now: number, allowance: number) => void
  /** Draws nothing and says why. */
  readonly clear: (why: string) => void
  readonly showPanes: (panes: ReadonlySet<PaneName>) => void
  /** Reads the colours of the page again, after a change of theme. */
  readonly recolour: () => void
  readonly fit: () => void
  readonly destroy: () => void
}

const ZOOM_STEP = 1.4
const NO_CANDLES = 'No candles of this session yet'

/** The chart of a ticker in an empty element, which becomes focusable. */
export const chartView = (root: HTMLElement): ChartView => {
  let shown = ''
  let slots: readonly Slot[] = []
  let gaps: readonly Gap[] = []
  let previousClose: number | undefined
  let panes: ReadonlySet<PaneName> = new Set()
  /** The slot under the crosshair. */
  let pointed: number | undefined

  const values = legend()
  const canvas = element('div', { class: 'chart-canvas' })
  const empty = element('p', { class: 'chart-empty' }, NO_CANDLES)
  const spoken = element('p', { class: 'chart-spoken', 'aria-live': 'polite' })
  root.classList.add('chart')
  root.append(values.root, element('div', { class: 'chart-stage' }, canvas, empty), spoken)
  for (const [name, value] of Object.entries({ tabindex: '0', role: 'group', 'aria-keyshortcuts': KEY_SHORTCUTS, 'aria-label': 'Chart' }))
    root.setAttribute(name, value)

  const read = (): void => {
    const slot = slots[pointed ?? newestWithBar(slots)]
    values.show(slot, slot && gapAt(gaps, slot.time))
  }
  const point = (index: number | undefined): void => {
    pointed = index
    read()
  }
  const plotHere = (): Plot => plot(canvas, readColours(root), point)
  let drawn = plotHere()

  const leave = (): void => {
    drawn.point(undefined)
    point(undefined)
    setText(spoken, '')
  }
  const step = (by: 1 | -1): void => {
    const newest = newestWithBar(slots)
    const last = Math.max(
      newest,
      slots.findLastIndex(({ time }) => gapAt(gaps, time) !== undefined),
    )
    const index = pointed === undefined ? newest : Math.min(Math.max(pointed + by, 0), last)
    const slot = slots[index]
    if (slot === undefined) return
    drawn.point(index)
    point(index)
    setText(spoken, minuteText(slot, gapAt(gaps, slot.time)))
  }
  const stopListening = listenToKeys(root, {
    zoomIn: () => drawn.zoom(1 / ZOOM_STEP),
    zoomOut: () => drawn.zoom(ZOOM_STEP),
    fit: () => drawn.fit(),
    step,
    leave,
  })

  const show = (sessions: readonly ChartSession[], now: number, allowance: number, why = NO_CANDLES): void => {
    const hasBars = sessions.some(({ bars }) => bars.length > 0)
    const next = hasBars ? sessions.map(({ ticker, opensAt, closesAt }) => `${ticker} ${opensAt} ${closesAt}`).join() : ''
    const nextGaps = sessions.flatMap((session) => gapsOf(session, now, allowance))
    slots = hasBars ? slotsOf(sessions) : []
    if (next === shown) drawn.update(slots)
    else {
      leave()
      drawn.draw(slots)
      drawn.fit()
    }
    shown = next
    if (!sameGaps(gaps, nextGaps)) drawn.shade(nextGaps)
    gaps = nextGaps
    previousClose = hasBars ? sessions[0]?.previousClose : undefined
    drawn.showPreviousClose(previousClose)
    setText(empty, why)
    empty.hidden = hasBars
    canvas.classList.toggle('is-empty', !hasBars)
    setAttribute(root, 'aria-label', summaryText(sessions, slots[newestWithBar(slots)], gaps))
    read()
  }

  return {
    show,
    clear: (why) => show([], 0, 0, why),
    showPanes: (next) => {
      // A pane that is made anew forgets the height that somebody gave it.
      if (next.size === panes.size && [...next].every((pane) => panes.has(pane))) return
      panes = next
      root.dataset['panes'] = String(panes.size)
      drawn.showPanes(panes)
    },
    recolour: () => {
      const range = drawn.range()
      drawn.remove()
      drawn = plotHere()
      drawn.draw(slots)
      drawn.shade(gaps)
      drawn.showPreviousClose(previousClose)
      drawn.showPanes(panes)
      if (range !== null) drawn.show(range)
    },
    fit: () => drawn.fit(),
    destroy: () => {
      stopListening()
      drawn.remove()
      root.replaceChildren()
    },
  }
}
