import { element } from '../element.ts'
import { dateText } from '../format.ts'
import { placeAfterKey } from './cell-keys.ts'
import { coverageRow, type CoverageRowView } from './coverage-row.ts'
import type { CoverageTable } from './coverage-table.ts'

/** The table as a grid: one tab stop, in which arrow keys move and Enter, space or a click opens. */
export const coverageGrid = (onOpen: (ticker: string, date: string) => void): CoverageGrid => {
  const head = element('thead', { role: 'rowgroup' })
  const body = element('tbody', { role: 'rowgroup' })
  const table = element('table', { class: 'coverage-table', role: 'grid', 'aria-label': 'Coverage by ticker and day' }, head, body)
  const root = element('div', { class: 'coverage-scroll' }, table)

  let dates: readonly string[] = []
  let views = new Map<string, CoverageRowView>()
  let order: readonly string[] = []
  /** Where the tab stop is; it stays with its ticker and date when rows move. */
  let current: { readonly ticker?: string | undefined; readonly date?: string | undefined } = {}
  let selected: HTMLTableCellElement | undefined

  const cellAt = (ticker: string | undefined, date: string | undefined): HTMLTableCellElement | undefined =>
    ticker === undefined || date === undefined ? undefined : views.get(ticker)?.cells[dates.indexOf(date)]
  const moveTo = (ticker: string | undefined, date: string | undefined): HTMLTableCellElement | undefined => {
    cellAt(current.ticker, current.date)?.setAttribute('tabindex', '-1')
    current = { ticker, date }
    const cell = cellAt(ticker, date)
    cell?.setAttribute('tabindex', '0')
    return cell
  }
  const keepTabStop = (): void => {
    const isThere = current.ticker !== undefined && order.includes(current.ticker) && dates.includes(current.date ?? '')
    moveTo(isThere ? current.ticker : order[0], isThere ? current.date : dates.at(-1))
  }
  const open = (): void => {
    const { ticker, date } = current
    if (ticker !== undefined && date !== undefined && cellAt(ticker, date)?.dataset['kind'] !== 'closed') onOpen(ticker, date)
  }
  const makeHead = (): void => {
    const labels = dates.map((date) =>
      element(
        'th',
        { scope: 'col' },
        ...dateText(date)
          .split(', ')
          .map((part) => element('span', {}, part, ' ')),
      ),
    )
    head.replaceChildren(element('tr', { role: 'row' }, element('th', { scope: 'col', role: 'columnheader' }, 'Ticker'), ...labels))
  }

  body.addEventListener('click', ({ target }) => {
    const row = order.find((ticker) => target instanceof Node && views.get(ticker)?.root.contains(target))
    const column = views.get(row ?? '')?.cells.findIndex((cell) => cell === target) ?? -1
    if (column < 0) return
    moveTo(row, dates[column])?.focus()
    open()
  })
  // Ten thousand tooltips of which one is read: it is made when it is asked for.
  body.addEventListener('pointerover', ({ target }) => {
    if (target instanceof HTMLTableCellElement && target.ariaLabel !== null) target.title = target.ariaLabel
  })
  body.addEventListener('keydown', (event) => {
    const from = { row: order.indexOf(current.ticker ?? ''), column: dates.indexOf(current.date ?? '') }
    const to = placeAfterKey(event.key, event.ctrlKey, from, order.length, dates.length)
    if (to !== undefined) moveTo(order[to.row], dates[to.column])?.focus()
    else if (event.key === 'Enter' || event.key === ' ') open()
    else return
    event.preventDefault()
  })

  return {
    root,
    isBusy: () => body.matches(':hover') || body.contains(document.activeElement),
    update: (next) => {
      const isFirst = dates.length === 0
      const hadFocus = body.contains(document.activeElement)
      const isOtherDays = dates.join() !== next.dates.join()
      if (isOtherDays) {
        dates = next.dates
        views = new Map()
        makeHead()
      }
      const tickers = next.rows.map(({ ticker }) => ticker)
      for (const { ticker, states } of next.rows) {
        const view = views.get(ticker) ?? coverageRow(ticker, dates)
        views.set(ticker, view)
        view.update(states)
      }
      if (isOtherDays || tickers.join() !== order.join()) {
        order = tickers
        const kept = new Set(tickers)
        for (const ticker of views.keys()) if (!kept.has(ticker)) views.delete(ticker)
        body.replaceChildren(...tickers.flatMap((ticker) => views.get(ticker)?.root ?? []))
        keepTabStop()
        if (hadFocus) cellAt(current.ticker, current.date)?.focus()
      }
      // The newest day is the one that is asked about: on a narrow screen the oldest are scrolled away.
      if (isFirst) root.scrollLeft = root.scrollWidth
    },
    markSelected: (ticker, date) => {
      const cell = cellAt(ticker, date)
      if (cell === selected) return
      selected?.removeAttribute('aria-selected')
      selected = cell
      selected?.setAttribute('aria-selected', 'true')
    },
  }
}

type CoverageGrid = {
  readonly root: HTMLElement
  /** Whether somebody points at it or moves in it: rows should keep their places. */
  readonly isBusy: () => boolean
  readonly update: (table: CoverageTable) => void
  readonly markSelected: (ticker: string | undefined, date: string | undefined) => void
}
