import { newYorkDate } from '../../shared/domain/new-york.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { VerdictChange } from '../../shared/domain/verdict-change.ts'
import { isTickerRefusal, type Rhythm, type Verdict } from '../../shared/domain/verdicts.ts'
import type { VerdictBook } from '../../shared/ports.ts'
import { newTicker, sessionRow, type TickerRow } from './memory-ticker.ts'

export type MemoryVerdicts = VerdictBook & {
  /** What a tick is told. */
  readonly known: (tickers: readonly string[]) => { readonly verdicts: readonly Verdict[]; readonly rhythms: readonly Rhythm[] }
}

type Row = Omit<Verdict, 'answeredAt' | 'traded'>

/** What is held against tickers, in memory. */
export const memoryVerdicts = (tickers: Map<string, TickerRow>): MemoryVerdicts => {
  const rows = new Map<string, Row>()
  let refreshes: readonly number[] = []
  const keyOf = ({ kind, ticker, date }: Pick<VerdictChange, 'kind' | 'ticker' | 'date'>): string => `${kind} ${ticker} ${date ?? ''}`
  const set = (row: Row): void => void rows.set(keyOf(row), row)
  const tickerRow = (ticker: string): TickerRow => {
    const found = tickers.get(ticker) ?? newTicker()
    tickers.set(ticker, found)
    return found
  }
  const clear = (ticker: string): void => {
    const isHeld = [...rows.values()].some(
      (row) => row.ticker === ticker && isTickerRefusal(row) && row.decidedAt !== undefined && row.endedAt === undefined,
    )
    if (!isHeld) tickerRow(ticker).quarantinedUntil = 0
  }
  const decide = ({ kind, ticker, date, session }: VerdictChange, now: number): void => {
    const old = rows.get(keyOf({ kind, ticker, date }))
    set({ ...(old ?? newRow(kind, ticker, date, now)), decidedAt: old?.decidedAt ?? now })
    if (kind === 'unknown_symbol' || kind === 'refused_data') tickerRow(ticker).quarantinedUntil = Infinity
    if (date === undefined) return
    const stored = session === undefined ? tickerRow(ticker).sessions.get(date) : sessionRow(tickerRow(ticker), session)
    if (stored !== undefined && stored.candles === 0) stored.completedAt ??= now
  }
  const change = (one: VerdictChange, now: number): void => {
    const { kind, ticker, date } = one
    if (one.change === 'decide') return decide(one, now)
    const old = rows.get(keyOf(one))
    if (one.change === 'begin') {
      if (old === undefined) set({ ...newRow(kind, ticker, date, now), firstAt: one.at ?? now, count: 1, askedOn: [newYorkDate(now)] })
      return
    }
    if (old !== undefined && one.change === 'told') set({ ...old, toldAt: now })
    if (old !== undefined && one.change === 'end') set({ ...old, endedAt: now })
    if (old !== undefined && one.change === 'restart') set({ ...old, firstAt: old.lastAt, count: 1, askedOn: [newYorkDate(old.lastAt)] })
    if (one.change === 'drop') rows.delete(keyOf(one))
    if (one.change === 'drop' || one.change === 'end') clear(ticker)
  }
  const known: MemoryVerdicts['known'] = (asked) => ({
    verdicts: [...rows.values()]
      .filter(({ ticker }) => asked.includes(ticker))
      .map((row) => ({ ...row, answeredAt: answeredAt(row, tickers.get(row.ticker)), traded: isTraded(row.date, tickers) }))
      .toSorted((a, b) => (keyed(a) < keyed(b) ? -1 : 1)),
    rhythms: [...new Set(asked)].toSorted().flatMap((ticker) => rhythmOf(ticker, tickers.get(ticker)) ?? []),
  })
  return {
    known,
    noteRefusals: async (refusals, now) => {
      for (const { kind, ticker, session } of refusals) {
        const old = rows.get(keyOf({ kind, ticker, date: session?.date })) ?? newRow(kind, ticker, session?.date, now)
        const askedOn = [...new Set([...old.askedOn, newYorkDate(now)])]
        set({ ...old, firstAt: Math.min(old.firstAt, now), lastAt: Math.max(old.lastAt, now), count: old.count + 1, askedOn })
      }
    },
    putVerdicts: async (changes, now) => {
      for (const one of changes) change(one, now)
    },
    verdicts: async (asked) => known(asked).verdicts,
    liftVerdicts: async (ticker) => {
      const lifted = [...rows.values()].filter((row) => row.ticker === ticker)
      for (const row of lifted) {
        rows.delete(keyOf(row))
        const session = row.decidedAt === undefined || row.date === undefined ? undefined : tickers.get(ticker)?.sessions.get(row.date)
        if (session !== undefined && session.candles === 0) Object.assign(session, { completedAt: undefined, claimedUntil: undefined })
      }
      tickerRow(ticker).quarantinedUntil = 0
      return lifted.length
    },
    takeRefusalRefresh: async (now, isDead) => {
      refreshes = refreshes.filter((at) => at > now - 24 * HOUR)
      const last = Math.max(...refreshes)
      const gap = isDead ? HOUR : Math.min(4 * HOUR, 10 * MINUTE * 2 ** (refreshes.length - 1))
      if (refreshes.length > 0 && now < last + gap) return Math.ceil((last + gap - now) / 1000)
      refreshes = [...refreshes, now]
      return 0
    },
  }
}

const keyed = ({ ticker, kind, date }: Row): string => `${ticker} ${kind} ${date ?? ''}`

const newRow = (kind: Row['kind'], ticker: string, date: string | undefined, now: number): Row => ({
  kind,
  ticker,
  date,
  firstAt: now,
  lastAt: now,
  count: 0,
  askedOn: [],
  decidedAt: undefined,
  toldAt: undefined,
  endedAt: undefined,
})

const answeredAt = ({ date }: Row, ticker: TickerRow | undefined): number | undefined => {
  const sessions = [...(ticker?.sessions ?? [])].filter(([key]) => date === undefined || key === date).map(([, session]) => session)
  const bars = [...(ticker?.candles.values() ?? [])]
  const read =
    date === undefined
      ? bars.toSorted((a, b) => b.at - a.at).slice(0, 1)
      : bars.filter(({ at }) => sessions.some(({ opensAt, closesAt }) => at >= opensAt && at < closesAt))
  const newest = Math.max(...sessions.map(({ lastAuditAt }) => lastAuditAt ?? 0), ...read.map(({ readAt }) => readAt))
  return newest > 0 ? newest : undefined
}

const isTraded = (date: string | undefined, tickers: ReadonlyMap<string, TickerRow>): boolean =>
  date !== undefined && [...tickers.values()].some(({ sessions }) => (sessions.get(date)?.candles ?? 0) > 0)

const rhythmOf = (ticker: string, row: TickerRow | undefined): Rhythm | undefined => {
  const traded = [...(row?.sessions ?? [])]
    .filter(([, { candles }]) => candles > 0)
    .toSorted(([a], [b]) => (a < b ? 1 : -1))
    .map(([, session]) => session)
  const [newest] = traded
  if (row === undefined || newest === undefined) return undefined
  const perBar = traded
    .filter(({ completedAt }) => completedAt !== undefined)
    .slice(0, 5)
    .map(({ opensAt, closesAt, candles }) => (closesAt - opensAt) / MINUTE / candles)
    .toSorted((a, b) => b - a)
  const soFar = ((newest.coveredUntil ?? 0) - newest.opensAt) / MINUTE
  const minutesPerBar = perBar[perBar.length > 2 ? 1 : 0] ?? (soFar >= 15 ? soFar / newest.candles : undefined)
  return { ticker, heardUntil: Math.max(...row.candles.keys()) + MINUTE, minutesPerBar }
}
