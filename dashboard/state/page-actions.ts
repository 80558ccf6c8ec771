import type { Database } from '../data/database.ts'
import type { Store } from './page-state.ts'
import { readSelection, type Selection, selectionHash } from './selection.ts'

/** What a person can do. */
export type PageActions = {
  readonly choose: (ticker: string, date?: string) => void
  readonly step: (side: 'before' | 'after') => void
  readonly goTo: (date: string | undefined) => void
  readonly show: (count: number) => void
  readonly togglePane: (pane: string) => void
  /** Somebody has written or followed another address. */
  readonly goToAddress: (hash: string) => void
}

export type PageActionsOptions = {
  readonly store: Store
  readonly database: Pick<Database, 'neighbour'>
  /** Reads the chart at once, and says so when that fails. */
  readonly soon: () => void
}

export const pageActions = ({ store, database, soon }: PageActionsOptions): PageActions => {
  const select = (changes: Partial<Selection>): void => {
    const selection = { ...store.get().selection, ...changes }
    store.change({ selection })
    history.replaceState(null, '', selectionHash(selection))
    soon()
  }
  return {
    choose: (ticker, date) => {
      if (ticker !== store.get().selection.ticker) store.change({ sessions: undefined })
      select(date === undefined ? { ticker } : { ticker, date, count: 1 })
    },
    step: (side) => {
      const { selection, sessions, tickers } = store.get()
      const from = sessions?.at(-1)?.date
      if (selection.ticker === undefined || from === undefined) return
      database.neighbour(selection.ticker, from, side).then((date) => {
        if (store.get().selection !== selection) return
        // Who has come to the newest session follows to the next ones again.
        const isNewest = date === undefined || date === tickers?.find(({ ticker }) => ticker === selection.ticker)?.date
        if (!isNewest) select({ date })
        else if (side === 'after') select({ date: undefined })
      }, soon)
    },
    goTo: (date) => select({ date }),
    show: (count) => select({ count }),
    togglePane: (pane) => {
      const { panes } = store.get().selection
      select({ panes: panes.includes(pane) ? panes.filter((shown) => shown !== pane) : [...panes, pane] })
    },
    goToAddress: (hash) => {
      const next = readSelection(hash)
      const { selection } = store.get()
      if (selectionHash(next) === selectionHash(selection)) return
      if (next.ticker !== undefined && next.ticker !== selection.ticker) store.change({ sessions: undefined })
      select({ ...next, ticker: next.ticker ?? selection.ticker })
    },
  }
}
