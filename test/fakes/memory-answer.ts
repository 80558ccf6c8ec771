import type { Candle } from '../../shared/domain/candle.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import type { IngestResult } from '../../shared/ports.ts'
import { hasMoved, judgeSession, newYorkDate, usualHole } from './memory-session.ts'
import { noticeSplit, onNewBasis, recheckBefore } from './memory-splits.ts'
import { barsOn, sessionRow, sorted, type TickerRow, touch } from './memory-ticker.ts'

const WARM_UP_BARS = 300

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

const same = (a: Candle, b: Candle): boolean =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume

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
