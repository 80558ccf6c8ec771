import type { Candle } from '../../shared/domain/candle.ts'
import { splitKey } from '../../shared/domain/split.ts'
import type { Coverage } from '../../shared/domain/plan-jobs.ts'
import { minuteOf } from '../../shared/domain/time.ts'
import type { CandleStore, CoverageBook, RequestBudget } from '../../shared/ports.ts'
import { newYorkDate } from './memory-session.ts'
import { memoryBoard, type MemoryBoard } from './memory-board.ts'
import { applySplit } from './memory-splits.ts'
import { recompute, storeAnswer } from './memory-answer.ts'
import { type Indicators, newTicker, sessionRow, sorted, type TickerRow } from './memory-ticker.ts'
import { memoryTokenBook, type MemoryTokenBook } from './memory-token-book.ts'
import { memoryVerdicts, type MemoryVerdicts } from './memory-verdicts.ts'

/** What the database holds, for assertions. */
export type StoredState = {
  readonly candles: (ticker: string) => readonly Candle[]
  readonly indicators: (ticker: string) => readonly Indicators[]
  readonly completed: (ticker: string, date: string) => boolean
}

export type MemoryStore = CoverageBook &
  RequestBudget &
  CandleStore &
  MemoryTokenBook &
  MemoryBoard &
  MemoryVerdicts & { readonly state: StoredState }

/** A granted call counts for so long, milliseconds. */
const WINDOW = 65_000
const KEPT = 600_000

/**
 * The database's rules in memory: the model that the real one is compared with, and the fake for tests of the use cases.
 * @param book what it knows of the token; by default no token was ever seen
 */
export const memoryStore = (book: MemoryTokenBook = memoryTokenBook()): MemoryStore => {
  const { tickers } = book
  const held = memoryVerdicts(tickers)
  const ticks = new Set<number>()
  let grants: readonly { readonly at: number; readonly live: number; readonly backfill: number }[] = []
  const row = (ticker: string): TickerRow => {
    const found = tickers.get(ticker) ?? newTicker()
    tickers.set(ticker, found)
    return found
  }

  return {
    ...book,
    ...memoryBoard(),
    ...held,
    beginTick: async ({ tick, tickers: asked, sessions: all, dirtyBefore, since: horizon, settle }) => {
      const nothing = {
        since: undefined,
        incomplete: [],
        unsettled: [],
        splits: [],
        dirty: [],
        verdicts: [],
        rhythms: [],
        newestCoveredUntil: undefined,
        token: book.look(),
      }
      if (ticks.has(minuteOf(tick))) return { claimed: false, ...nothing }
      ticks.add(minuteOf(tick))
      const since = horizon && Math.min(horizon, ...book.look().outages.map(({ startedAt }) => startedAt))
      const sessions = all.filter(({ date }) => since === undefined || date >= newYorkDate(since))
      const rows = asked.flatMap((ticker) =>
        sessions.map(({ date }) => ({ ticker, date, session: tickers.get(ticker)?.sessions.get(date) })),
      )
      const coverageOf = ({ ticker, date, session }: (typeof rows)[number]): Coverage => ({
        ticker,
        date,
        coveredUntil: session?.coveredUntil,
        candles: session?.candles ?? 0,
        lastAuditAt: session?.lastAuditAt,
        claimedUntil: session?.claimedUntil,
        suspect: session?.suspect ?? false,
        agreedSince: session?.agreedSince,
        wanted: session?.recheckSince !== undefined,
        moved:
          session !== undefined && rows.some((later) => later.ticker === ticker && later.date > date && (later.session?.candles ?? 0) > 0),
      })
      const newest = Math.max(...rows.map(({ session }) => session?.coveredUntil ?? 0))
      return {
        claimed: true,
        since,
        incomplete: rows.filter(({ session }) => session?.completedAt === undefined).map(coverageOf),
        unsettled: rows
          .filter(({ date, session }) => {
            if (session?.completedAt === undefined) return false
            const isUnread = settle?.dates.includes(date) === true && (session.lastAuditAt ?? -Infinity) < settle.before
            return isUnread || session.recheckSince !== undefined
          })
          .map(coverageOf),
        dirty: asked
          .filter((ticker) => {
            const found = tickers.get(ticker)
            return (
              (found?.dirty?.since ?? Infinity) < dirtyBefore || found?.splits.some(({ restUntil }) => restUntil !== undefined) === true
            )
          })
          .toSorted(),
        splits: asked.toSorted().flatMap((ticker) =>
          (tickers.get(ticker)?.splits ?? [])
            .filter(({ date, restUntil }) => restUntil === undefined && !book.published().includes(splitKey(ticker, date)))
            .toSorted((a, b) => (a.date < b.date ? -1 : 1))
            .map(({ date, ratio, noticedAt }) => ({ ticker, date, ratio, noticedAt })),
        ),
        ...held.known(asked),
        newestCoveredUntil: newest > 0 ? newest : undefined,
        token: book.look(),
      }
    },
    claimSessions: async (claims, until) => {
      for (const { ticker, session } of claims) sessionRow(row(ticker), session).claimedUntil = until
    },
    beginFetch: async ({ now, live, backfill, perMinute, backfillPerMinute }) => {
      const counted = grants.filter(({ at }) => Math.abs(now - at) < WINDOW)
      const past = counted.reduce((sum, grant) => sum + grant.backfill, 0)
      const used = counted.reduce((sum, grant) => sum + grant.live, past)
      const granted = Math.max(0, Math.min(live, perMinute - used))
      const rest = Math.max(0, Math.min(backfill, backfillPerMinute - past, perMinute - used - granted))
      grants = [...grants.filter(({ at }) => at > now - KEPT), ...(granted + rest > 0 ? [{ at: now, live: granted, backfill: rest }] : [])]
      const freeAt = counted.length === 0 ? undefined : Math.min(...counted.map(({ at }) => at)) + WINDOW
      return { live: granted, backfill: rest, deadVersion: book.look().deadVersion, freeAt }
    },
    ingest: async (batches, asOf) => {
      for (const ticker of new Set(batches.map((batch) => batch.ticker))) {
        const unfinished = row(ticker).splits.filter(({ restUntil }) => restUntil !== undefined)
        for (const split of unfinished.toSorted((a, b) => (a.date < b.date ? -1 : 1))) applySplit(row(ticker), split, asOf)
      }
      const written = new Map<string, number>()
      for (const batch of batches.toSorted((a, b) => a.fetchedAt - b.fetchedAt)) {
        const changed = storeAnswer(row(batch.ticker), batch, asOf)
        written.set(batch.ticker, (written.get(batch.ticker) ?? 0) + changed)
      }
      return [...written]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([ticker, count]) => ({ ticker, revision: row(ticker).revision, written: count, recompute: recompute(row(ticker)) }))
    },
    putIndicators: async (puts) => {
      const stale = puts.filter(({ ticker, revision }) => row(ticker).revision !== revision).map(({ ticker }) => ticker)
      for (const put of puts) {
        if (stale.includes(put.ticker)) continue
        for (const indicators of put.rows) row(put.ticker).indicators.set(indicators.at, indicators)
        const { dirty } = row(put.ticker)
        row(put.ticker).dirty = put.rest === undefined || dirty === undefined ? undefined : { ...dirty, from: put.rest }
      }
      return stale.toSorted()
    },
    state: {
      candles: (ticker) => sorted(row(ticker)).map(({ readAt: _readAt, ...candle }) => candle),
      indicators: (ticker) => [...row(ticker).indicators.values()].toSorted((a, b) => a.at - b.at),
      completed: (ticker, date) => row(ticker).sessions.get(date)?.completedAt !== undefined,
    },
  }
}
