import type { ChartSession } from '../data/chart-rows.ts'
import type { CoverageDay } from '../data/coverage-rows.ts'
import type { MinuteLine } from '../data/minute-rows.ts'
import type { EventRow, OutageRow } from '../data/outage-rows.ts'
import type { StackState } from '../data/stack.ts'
import type { Schedule, TokenStatus } from '../data/status-rows.ts'
import type { Sparkline, TickerRow } from '../data/ticker-rows.ts'
import type { HeldVerdict } from '../data/verdict-rows.ts'
import type { Selection } from './selection.ts'

/** Why nothing new can be read. `since`: epoch milliseconds of the page's clock. */
export type Trouble = { readonly since: number; readonly who: 'database' | 'stack'; readonly what: string }

/** What is read by itself: a slow status shall not hold up the prices. */
export type Reading = 'chart' | 'status'

/** Everything that the page shows. Undefined is what has not been read yet. */
export type PageState = {
  readonly selection: Selection
  /** Of the chosen ticker, oldest first. */
  readonly sessions: readonly ChartSession[] | undefined
  readonly tickers: readonly TickerRow[] | undefined
  readonly sparklines: ReadonlyMap<string, Sparkline>
  readonly schedule: Schedule | undefined
  readonly token: TokenStatus | undefined
  /** Newest first. */
  readonly outages: readonly OutageRow[] | undefined
  /** Oldest first. */
  readonly minutes: readonly MinuteLine[] | undefined
  /** Newest first. */
  readonly events: readonly EventRow[]
  /** What is held against tickers. */
  readonly held: readonly HeldVerdict[]
  /** Oldest first. */
  readonly coverage: readonly CoverageDay[] | undefined
  /** Of each reading that fails. */
  readonly troubles: Readonly<Partial<Record<Reading, Trouble>>>
  /** When everything was read last, epoch milliseconds of the page's clock. */
  readonly readAt: number | undefined
  /** Only of a stack on this machine. */
  readonly stack: StackState | undefined
}

export type Store = {
  readonly get: () => PageState
  readonly change: (changes: Partial<PageState>) => void
}

/** Holds the state and tells whoever draws it, once for all changes of one turn. */
export const pageStore = (selection: Selection, onChange: () => void): Store => {
  let state: PageState = {
    selection,
    sessions: undefined,
    tickers: undefined,
    sparklines: new Map(),
    schedule: undefined,
    token: undefined,
    outages: undefined,
    minutes: undefined,
    events: [],
    held: [],
    coverage: undefined,
    troubles: {},
    readAt: undefined,
    stack: undefined,
  }
  let isTold = false
  return {
    get: () => state,
    change: (changes) => {
      state = { ...state, ...changes }
      if (isTold) return
      isTold = true
      queueMicrotask(() => {
        isTold = false
        onChange()
      })
    },
  }
}

/** The trouble that has lasted longest; a stack that does not answer explains a database that does not. */
export const worstTrouble = ({ troubles }: Pick<PageState, 'troubles'>): Trouble | undefined =>
  Object.values(troubles).toSorted((a, b) => Number(b.who === 'stack') - Number(a.who === 'stack') || a.since - b.since)[0]
