import type { Candle } from '../../shared/domain/candle.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import { newYorkDate as askDate } from '../../shared/domain/new-york.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { IndicatorPut, IngestResult } from '../../shared/ports.ts'

export type Indicators = IndicatorPut['rows'][number]
type StoredCandle = Candle & { readonly readAt: number }
type SessionRow = {
  readonly opensAt: number
  readonly closesAt: number
  coveredUntil: number | undefined
  candles: number
  audits: number
  firstAuditAt: number | undefined
  lastAuditAt: number | undefined
  claimedUntil: number | undefined
  completedAt: number | undefined
}
/** All that is known of one ticker. */
export type TickerRow = {
  revision: number
  dirty: { readonly from: number; readonly to: number; readonly since: number } | undefined
  quarantinedUntil: number
  readonly candles: Map<number, StoredCandle>
  readonly sessions: Map<string, SessionRow>
  readonly indicators: Map<number, Indicators>
}

const dates = new Map<number, string>()
/** Asked of the same minutes again and again. */
const newYorkDate = (at: number): string => {
  const date = dates.get(at) ?? askDate(at)
  dates.set(at, date)
  return date
}

const AUDIT_DELAY = 30 * MINUTE
const WARM_UP_BARS = 300

export const newTicker = (): TickerRow => ({
  revision: 0,
  dirty: undefined,
  quarantinedUntil: 0,
  candles: new Map(),
  sessions: new Map(),
  indicators: new Map(),
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
  }
  ticker.sessions.set(date, found)
  return found
}

export const sorted = (ticker: TickerRow): readonly StoredCandle[] => [...ticker.candles.values()].toSorted((a, b) => a.at - b.at)

/** @returns how many bars the answer changed */
export const storeAnswer = (ticker: TickerRow, batch: CandleBatch, asOf: number): number => {
  const changed: number[] = []
  for (const candle of batch.candles) {
    const old = ticker.candles.get(candle.at)
    if (old !== undefined && (old.readAt > batch.fetchedAt || same(old, candle))) continue
    ticker.candles.set(candle.at, { ...candle, readAt: batch.fetchedAt })
    changed.push(candle.at)
  }
  if (changed.length > 0) {
    ticker.revision += 1
    ticker.dirty = {
      from: Math.min(ticker.dirty?.from ?? Infinity, ...changed),
      to: Math.max(ticker.dirty?.to ?? 0, ...changed),
      since: ticker.dirty?.since ?? asOf,
    }
  }
  const changedDates = new Set(changed.map(newYorkDate))
  const vouched = new Map(batch.sessions.map((session) => [session.date, sessionRow(ticker, session)]))
  for (const date of changedDates.difference(vouched)) {
    const session = ticker.sessions.get(date)
    if (session === undefined) continue
    session.candles = barsOn(ticker, date).length
    session.completedAt = undefined
  }
  for (const [date, session] of vouched) judge(session, batch, barsOn(ticker, date), changedDates.has(date))
  return changed.length
}

const same = (a: Candle, b: Candle): boolean =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume

const barsOn = (ticker: TickerRow, date: string): readonly StoredCandle[] => sorted(ticker).filter(({ at }) => newYorkDate(at) === date)

const judge = (session: SessionRow, batch: CandleBatch, stored: readonly StoredCandle[], changed: boolean): void => {
  const { fetchedAt, from, to } = batch
  const returned = batch.candles.filter(({ at }) => at >= session.opensAt && at < session.closesAt)
  const last = returned.at(-1)
  session.candles = stored.length
  if (last !== undefined) session.coveredUntil = Math.max(session.coveredUntil ?? 0, last.at + MINUTE)
  if (changed) session.completedAt = undefined
  const fullRead = from <= session.opensAt && to >= session.closesAt && fetchedAt >= session.closesAt + AUDIT_DELAY
  if (!fullRead || fetchedAt <= (session.lastAuditAt ?? -Infinity)) return
  const agrees =
    returned.length > 0
      ? returned.length === stored.length && !changed && stored.every(({ readAt }) => readAt <= fetchedAt)
      : stored.length === 0 &&
        session.audits >= 2 &&
        fetchedAt - (session.firstAuditAt ?? fetchedAt) >= 12 * HOUR &&
        newYorkDate(session.firstAuditAt ?? fetchedAt) !== newYorkDate(fetchedAt)
  session.audits += 1
  session.firstAuditAt ??= fetchedAt
  session.lastAuditAt = fetchedAt
  if (!agrees) return
  session.completedAt = fetchedAt
  session.coveredUntil = Math.max(session.coveredUntil ?? 0, session.closesAt)
}

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
