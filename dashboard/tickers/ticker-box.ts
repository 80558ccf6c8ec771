import { element, setAttribute } from '../element.ts'
import { onScreen } from './on-screen.ts'
import { tickerAfterKey } from './ticker-keys.ts'
import { tickerRow, type TickerRowView } from './ticker-row.ts'

/** The list box itself: one tab stop, in which arrow keys move and Enter, space or a click selects. */
export const tickerBox = (onSelect: (ticker: string) => void): TickerBox => {
  const root = element('div', { class: 'tickers-list', role: 'listbox', tabindex: 0, 'aria-label': 'Tickers' })
  const views = new Map<string, TickerRowView>()
  const screen = onScreen()
  let matching: readonly string[] = []
  let active: string | undefined
  let selected: string | undefined

  const rootOf = (ticker: string | undefined): HTMLElement | undefined => (ticker === undefined ? undefined : views.get(ticker)?.root)
  const activate = (ticker: string | undefined): void => {
    rootOf(active)?.removeAttribute('data-active')
    active = ticker
    rootOf(active)?.setAttribute('data-active', '')
    setAttribute(root, 'aria-activedescendant', rootOf(active)?.id)
  }
  const select = (ticker: string | undefined): void => {
    if (ticker === undefined) return
    activate(ticker)
    onSelect(ticker)
  }
  const forget = (ticker: string, view: TickerRowView): void => {
    screen.forget(view.root)
    view.root.remove()
    views.delete(ticker)
  }

  root.addEventListener('keydown', (event) => {
    const next = tickerAfterKey(event.key, matching, active)
    if (next !== undefined) {
      activate(next)
      rootOf(next)?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter' || event.key === ' ') select(active)
    else return
    event.preventDefault()
  })
  root.addEventListener('click', ({ target }) => {
    const option = target instanceof Element ? target.closest<HTMLElement>('[role=option]') : null
    select(option?.dataset['ticker'])
  })

  return {
    root,
    rowOf: (ticker) => views.get(ticker),
    arrange: (tickers) => {
      const wanted = new Set(tickers)
      for (const [ticker, view] of views) if (!wanted.has(ticker)) forget(ticker, view)
      tickers.forEach((ticker, index) => {
        const view = views.get(ticker) ?? tickerRow(ticker)
        if (!views.has(ticker)) screen.watch(view.root)
        views.set(ticker, view)
        if (root.children[index] !== view.root) root.insertBefore(view.root, root.children[index] ?? null)
      })
    },
    showOnly: (tickers) => {
      matching = tickers
      const matches = new Set(tickers)
      for (const [ticker, view] of views) view.root.hidden = !matches.has(ticker)
      if (active === undefined || !matches.has(active)) activate(selected !== undefined && matches.has(selected) ? selected : tickers[0])
    },
    markSelected: (ticker) => {
      if (ticker === selected) return
      rootOf(selected)?.setAttribute('aria-selected', 'false')
      selected = ticker
      rootOf(selected)?.setAttribute('aria-selected', 'true')
      if (selected !== undefined && matching.includes(selected)) activate(selected)
    },
    selectActive: () => select(active),
    visible: () => matching.filter((ticker) => screen.has(rootOf(ticker) ?? root)),
  }
}

type TickerBox = {
  readonly root: HTMLElement
  readonly rowOf: (ticker: string) => TickerRowView | undefined
  /** Makes exactly these rows, in this order. */
  readonly arrange: (tickers: readonly string[]) => void
  /** Hides all others, and moves the active row if it was one of them. */
  readonly showOnly: (tickers: readonly string[]) => void
  readonly markSelected: (ticker: string | undefined) => void
  readonly selectActive: () => void
  readonly visible: () => readonly string[]
}
