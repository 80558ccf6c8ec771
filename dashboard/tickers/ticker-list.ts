import { newYorkDate, newYorkInstant } from '../../shared/domain/new-york.ts'
import type { Sparkline, TickerRow } from '../data/ticker-rows.ts'
import type { HeldVerdict } from '../data/verdict-rows.ts'
import { element, setText } from '../element.ts'
import { countText } from '../format.ts'
import { heldText } from './held-text.ts'
import { freshnessOf } from './freshness.ts'
import { tickerBox } from './ticker-box.ts'

export type TickerListModel = {
  /** In the order of pipeline.yml. */
  readonly rows: readonly TickerRow[]
  readonly held: readonly HeldVerdict[]
  /** The tickers of pipeline.yml: one that Schwab does not know has no row. */
  readonly wanted: readonly string[]
  readonly sparklines: ReadonlyMap<string, Sparkline>
  readonly selected: string | undefined
  readonly now: number
  readonly inSession: boolean
  /** How much later than 90 s is still green, milliseconds: simulated time flies. */
  readonly allowance: number
}
export type TickerList = {
  readonly root: HTMLElement
  readonly update: (model: TickerListModel) => void
  /** Puts the cursor into the filter: the page's `/` key. */
  readonly focusFilter: () => void
  /** Those whose rows are on screen now: the ones worth fetching sparklines for. */
  readonly visible: () => readonly string[]
}

/** The tickers with price, change, sparkline and freshness, and a filter above them. */
export const tickerList = (onSelect: (ticker: string) => void): TickerList => {
  const filter = element('input', {
    type: 'search',
    class: 'tickers-filter',
    placeholder: 'Filter',
    'aria-label': 'Filter tickers',
    'aria-keyshortcuts': '/',
    autocomplete: 'off',
    spellcheck: 'false',
  })
  const search = element('div', { class: 'tickers-search' }, filter, element('kbd', { 'aria-hidden': 'true' }, '/'))
  const count = element('p', { class: 'tickers-count', role: 'status' })
  const note = element('p', { class: 'tickers-note' })
  const held = element('p', { class: 'tickers-held', role: 'status', hidden: true })
  const box = tickerBox(onSelect)
  const head = element('div', { class: 'tickers-head' }, element('h2', {}, 'Tickers'), count, search)
  const root = element('section', { class: 'tickers', 'aria-label': 'Tickers' }, head, held, note, box.root)

  let order: readonly string[] = []
  const applyFilter = (): void => {
    const wanted = filter.value.trim().toUpperCase()
    const matching = order.filter((ticker) => ticker.toUpperCase().includes(wanted))
    box.showOnly(matching)
    const total = countText(order.length)
    setText(count, wanted === '' ? total : `${countText(matching.length)} of ${total}`)
    setText(note, order.length === 0 ? 'No ticker yet: those of pipeline.yml appear with their first candle.' : 'No ticker matches.')
    note.hidden = matching.length > 0
    box.root.hidden = matching.length === 0
  }
  filter.addEventListener('input', applyFilter)
  filter.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') box.selectActive()
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    box.root.focus()
  })
  applyFilter()

  return {
    root,
    update: ({ rows, held: verdicts, wanted, sparklines, selected, now, inSession, allowance }) => {
      if (rows.length !== order.length || rows.some(({ ticker }, index) => ticker !== order[index])) {
        order = rows.map(({ ticker }) => ticker)
        box.arrange(order)
        applyFilter()
      }
      const heldLine = heldText(verdicts, wanted)
      setText(held, heldLine)
      held.hidden = heldLine === ''
      const opensAt = newYorkInstant(newYorkDate(now), '09:30')
      for (const row of rows) {
        const freshness = freshnessOf({ coveredUntil: row.coveredUntil, opensAt, now, inSession, allowance })
        box.rowOf(row.ticker)?.update(row, sparklines.get(row.ticker), freshness)
      }
      box.markSelected(selected)
    },
    focusFilter: () => {
      filter.focus()
      filter.select()
    },
    visible: box.visible,
  }
}
