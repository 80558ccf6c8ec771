import { MINUTE } from '../../shared/domain/time.ts'
import type { Database } from '../data/database.ts'
import type { Store } from './page-state.ts'
import type { Selection } from './selection.ts'
import { refreshed, withToday } from './refresh-sessions.ts'

/** Read what has changed and put it into the state. Each fails with DatabaseSilent. */
export type Readers = {
  readonly status: () => Promise<void>
  readonly chart: () => Promise<void>
  readonly sparklines: (tickers: readonly string[]) => Promise<void>
  readonly coverage: () => Promise<void>
}

const OUTAGES = 50
const EVENTS = 30
/** A sparkline has a point for so much time. */
const POINT = 5 * MINUTE
/** The clock of the page may be behind by less. */
const AHEAD = 10 * MINUTE
/** Three hours. */
const MINUTES = 180

export type ReadersOptions = {
  readonly database: Database
  readonly store: Store
  readonly now: () => number
  /** The scheduler has written a line since the last reading: it is about that minute now. */
  readonly onNewMinute: (minute: number) => void
}

export const readers = ({ database, store, now, onNewMinute }: ReadersOptions): Readers => {
  /** What the state's sessions were read for. */
  let shown = ''
  /** For which session and how far each sparkline was read. */
  const drawn = new Map<string, string | undefined>()
  let sums: ReadonlyMap<string, string> = new Map()

  return {
    status: async () => {
      const known = store.get().minutes ?? []
      // A stack that was started anew may live earlier than the one before it.
      const before = (known.at(-1)?.minute ?? 0) > now() + AHEAD ? [] : known
      const newest = before.at(-1)?.minute ?? 0
      const [minutes, statuses, outages, events, held, tickers] = await Promise.all([
        database.minutes(newest, MINUTES),
        database.statuses(),
        database.outages(OUTAGES),
        database.events(EVENTS),
        database.held(),
        database.tickers(),
      ])
      const { schedule } = statuses
      const ordered = inOrder(tickers, schedule?.tickers ?? [])
      const { selection } = store.get()
      const latest = minutes.at(-1)?.minute
      if (latest !== undefined && before.length > 0) onNewMinute(latest)
      store.change({
        ...statuses,
        outages,
        events,
        held,
        tickers: ordered,
        minutes: [...before, ...minutes].slice(-MINUTES),
        selection: chosen(selection, schedule === undefined ? undefined : ordered[0]?.ticker),
      })
    },
    chart: async () => {
      const { selection, sessions, tickers, schedule } = store.get()
      const { ticker, date, count } = selection
      if (ticker === undefined) return
      const newest = date ?? tickers?.find((row) => row.ticker === ticker)?.date
      const wanted = [ticker, newest, count].join(' ')
      const last = sessions?.at(-1)
      const isSame = wanted === shown && sessions !== undefined && last !== undefined
      const read = isSame ? await refreshed(database, sessions) : await database.sessions(ticker, count, date)
      // Somebody may have chosen something else meanwhile.
      if (viewOf(store.get().selection) !== viewOf(selection)) return
      shown = wanted
      store.change({ sessions: date === undefined ? withToday(read, ticker, count, schedule?.sessions.at(-1)) : read })
    },
    sparklines: async (tickers) => {
      const { schedule, tickers: rows = [] } = store.get()
      const date = schedule?.sessions.at(-1)?.date
      if (date === undefined) return
      const times = new Map(rows.map(({ ticker, lastAt = 0 }) => [ticker, `${date} ${Math.floor(lastAt / POINT)}`]))
      const wanted = tickers.filter((ticker) => drawn.get(ticker) !== times.get(ticker))
      if (wanted.length === 0) return
      const lines = await database.sparklines(wanted, date)
      for (const ticker of wanted) drawn.set(ticker, times.get(ticker))
      store.change({ sparklines: new Map([...store.get().sparklines, ...lines.map((line) => [line.ticker, line] as const)]) })
    },
    coverage: async () => {
      const from = store.get().schedule?.sessions[0]?.date
      if (from === undefined) return
      const current = await database.coverageSums(from)
      const stale = [...current].filter(([date, sum]) => sums.get(date) !== sum).map(([date]) => date)
      const { coverage } = store.get()
      if (stale.length === 0 && coverage !== undefined) return
      const read = stale.length === 0 ? [] : await database.coverageDays(stale)
      const others = (coverage ?? []).filter(({ date }) => current.has(date) && !stale.includes(date))
      store.change({ coverage: [...others, ...read].toSorted((a, b) => a.date.localeCompare(b.date)) })
      sums = current
    },
  }
}

/** What an answer was asked for. */
const viewOf = ({ ticker, date, count }: Selection): string => [ticker, date, count].join(' ')

/** The first ticker of pipeline.yml, while nobody has chosen one. */
const chosen = (selection: Selection, first: string | undefined): Selection =>
  selection.ticker === undefined && first !== undefined ? { ...selection, ticker: first } : selection

/** As in pipeline.yml; those that are no longer there come last. */
const inOrder = <Row extends { readonly ticker: string }>(rows: readonly Row[], order: readonly string[]): readonly Row[] => {
  const places = new Map(order.map((ticker, place) => [ticker, place]))
  const place = ({ ticker }: Row): number => places.get(ticker) ?? order.length
  return rows.toSorted((a, b) => place(a) - place(b))
}
