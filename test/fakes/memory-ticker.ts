import type { Candle } from '../../shared/domain/candle.ts'
import type { Session } from '../../shared/domain/session.ts'
import type { IndicatorPut } from '../../shared/ports.ts'
import { newYorkDate } from './memory-session.ts'
import type { SplitRow } from './memory-splits.ts'

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

export const barsOn = (ticker: TickerRow, date: string): readonly StoredCandle[] =>
  sorted(ticker).filter(({ at }) => newYorkDate(at) === date)
