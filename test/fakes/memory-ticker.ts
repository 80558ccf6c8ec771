import type { Candle } from '../../shared/domain/candle.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import type { Session } from '../../shared/domain/session.ts'
import type { IndicatorPut, IngestResult } from '../../shared/ports.ts'
import { noticeSplit, onNewBasis, recheckBefore, type SplitRow } from './memory-splits.ts'
import { hasMoved, judgeSession, newYorkDate, usualHole } from './memory-session.ts'

export type Indicators = IndicatorPut['rows'][number]
export type StoredCandle = Candle & { readonly readAt: number }
export type SessionRow = {
  readonly opensAt: number
  readonly closesAt: number
  coveredUntil: number | undefined
  candles: number
  audits: number
  firstAuditAt: number | undefined
  lastAuditAt: number | undefined
  claimedUntil: number | undefined
  completedAt: number | undefined
  longestHole: number | undefined
  suspect: boolean
  unreadable: readonly number[]
  agreedSince: number | undefined
  agreedOn: readonly string[]
  settledAt: number | undefined
  recheckSince: number | undefined
}
/** All that is known of one ticker. */
export type TickerRow = {
  revision: number
  dirty: { readonly from: number; readonly to: number; readonly since: number } | undefined
  quarantinedUntil: number
  readonly candles: Map<number, StoredCandle>
  readonly sessions: Map<string, SessionRow>
  readonly indicators: Map<number, Indicators>
  readonly splits: SplitRow[]
}

const WARM_UP_BARS = 300

export const newTicker = (): TickerRow => ({
  revision: 0,
  dirty: undefined,
  quarantinedUntil: 0,
  candles: new Map(),
  sessions: new Map(),
  indicators: new Map(),
  splits: [],
})

export const sessionRow = (ticker: TickerRow, { date, opensAt, closesAt }: Session): SessionRow => {
  const found = ticker.sessions.get(date) ?? {
    opensAt,
    closesAt,
    coveredUntil: undefined,
    candles: 0,
    audits: 0,
    firstAuditAt: undefined,
    lastAuditAt: undefined,
    claimedUntil: undefined,
    completedAt: undefined,
    longestHole: undefined,
    suspect: false,
    unreadable: [],
    agreedSince: undefined,
    agreedOn: [],
    settledAt: undefined,
    recheckSince: undefined,
  }
  ticker.sessions.set(date, found)
  return found
}

export const sorted = (ticker: TickerRow): readonly StoredCandle[] => [...ticker.candles.values()].toSorted((a, b) => a.at - b.at)

/** @returns how many bars the answer changed */
export const storeAnswer = (ticker: TickerRow, batch: CandleBatch, asOf: number): number => {
  const changed: number[] = []
  noticeSplit(ticker, batch, asOf)
  for (const told of batch.candles) {
    const candle = onNewBasis(ticker, told, batch.fetchedAt)
    const old = ticker.candles.get(candle.at)
    if (old !== undefined && (old.readAt > batch.fetchedAt || same(old, candle))) continue
    ticker.candles.set(candle.at, { ...candle, readAt: batch.fetchedAt })
    changed.push(candle.at)
  }
  touch(ticker, changed, asOf)
  const changedDates = new Set(changed.map(newYorkDate))
  const vouched = new Map(batch.sessions.map((session) => [session.date, sessionRow(ticker, session)]))
  const fresh = [...changedDates].filter((date) => ticker.sessions.get(date)?.candles === 0)
  // All are judged by what was known before: none gives the habit to another of the same answer.
  const touched = [...ticker.sessions]
    .filter(([date]) => vouched.has(date) || changedDates.has(date))
    .map(([date, session]) => ({ date, session, known: { usual: usualHole(ticker, date), moved: hasMoved(ticker, date) } }))
  for (const { date, session, known } of touched) {
    judgeSession(session, vouched.has(date) ? batch : undefined, barsOn(ticker, date), { ...known, changed: changedDates.has(date) })
  }
  for (const date of fresh) recheckBefore(ticker, date, batch.fetchedAt)
  return changed.length
}

/** Bars have changed: their indicators are to be computed again. */
export const touch = (ticker: TickerRow, changed: readonly number[], asOf: number): void => {
  if (changed.length === 0) return
  ticker.revision += 1
  ticker.dirty = {
    from: Math.min(ticker.dirty?.from ?? Infinity, ...changed),
    to: Math.max(ticker.dirty?.to ?? 0, ...changed),
    since: ticker.dirty?.since ?? asOf,
  }
}

const same = (a: Candle, b: Candle): boolean =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume

export const barsOn = (ticker: TickerRow, date: string): readonly StoredCandle[] =>
  sorted(ticker).filter(({ at }) => newYorkDate(at) === date)

export const recompute = (ticker: TickerRow): IngestResult['recompute'] => {
  if (ticker.dirty === undefined) return undefined
  const { from, to } = ticker.dirty
  const bars = sorted(ticker).map(({ readAt: _readAt, ...candle }) => candle)
  const before = bars.filter(({ at }) => newYorkDate(at) < newYorkDate(from)).at(-WARM_UP_BARS)
  const after = bars.filter(({ at }) => newYorkDate(at) > newYorkDate(to))[WARM_UP_BARS - 1]
  return {
    from,
    candles: bars.filter(
      ({ at }) =>
        (before === undefined || newYorkDate(at) >= newYorkDate(before.at)) &&
        (after === undefined || newYorkDate(at) <= newYorkDate(after.at)),
    ),
  }
}
