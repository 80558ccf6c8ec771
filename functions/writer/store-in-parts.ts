import { StoreTimedOut } from '../../shared/domain/errors.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import type { CandleStore, Clock, IndicatorPut, IngestResult } from '../../shared/ports.ts'

/** With every digit that a double has, so many bars, or rows of indicators, are less than 2 MB of JSON. */
const MOST_BARS = 10_000
const MOST_ROWS = 5_000
/** How long a size that took too long is avoided. */
const REMEMBERED = 10 * MINUTE
/** The bars of a whole session: in one piece, it can be proven complete. */
const SESSION = 390

/**
 * A store that is never asked for more than 2 MB at once, and for less where that takes the database too long: first fewer messages, then
 * a message session by session, then a session in pieces. A call is all or nothing; what several calls were needed for may end half done,
 * and is done again with the next try.
 */
export const inParts = (store: CandleStore, clock: Clock): CandleStore => {
  const bars = learnedSize(MOST_BARS, clock)
  const rows = learnedSize(MOST_ROWS, clock)
  return {
    ingest: async (batches, asOf) => {
      const sorted = batches.toSorted((a, b) => a.fetchedAt - b.fetchedAt)
      return merge(await inTurn(sorted, bars, { sizeOf: barsOf, cut: cutBatch, call: (part) => store.ingest(part, asOf) }))
    },
    putIndicators: async (puts) => {
      const stale = await inTurn(puts, rows, { sizeOf: rowsOf, cut: cutPut, call: (part) => store.putIndicators(part) })
      return [...new Set(stale.flat())]
    },
  }
}

type Work<Item, Result> = {
  readonly sizeOf: (item: Item) => number
  /** The first `size` of it, and the rest. */
  readonly cut: (item: Item, size: number) => readonly [Item, Item]
  readonly call: (part: readonly Item[]) => Promise<Result>
}

const inTurn = async <Item, Result>(
  items: readonly Item[],
  size: LearnedSize,
  { sizeOf, cut, call }: Work<Item, Result>,
): Promise<readonly Result[]> => {
  const left = [...items]
  const results: Result[] = []
  while (left.length > 0) {
    const part = takePart(left, size.most(), sizeOf, cut)
    try {
      results.push(await call(part))
    } catch (error) {
      const tooLong = part.reduce((sum, item) => sum + sizeOf(item), 0)
      if (!(error instanceof StoreTimedOut) || tooLong === 1) throw error
      size.tookTooLong(tooLong)
      left.unshift(...part)
    }
  }
  return results
}

/** Takes as many items as are not larger together than `most`, or a piece of the first if that is larger alone. */
const takePart = <Item>(
  left: Item[],
  most: number,
  sizeOf: (item: Item) => number,
  cut: (item: Item, size: number) => readonly [Item, Item],
): readonly Item[] => {
  const [first] = left
  if (first !== undefined && sizeOf(first) > most) {
    const [piece, rest] = cut(first, most)
    left[0] = rest
    return [piece]
  }
  let sum = 0
  const count = left.findIndex((item) => (sum += sizeOf(item)) > most)
  return left.splice(0, count === -1 ? left.length : count)
}

type LearnedSize = ReturnType<typeof learnedSize>

const learnedSize = (largest: number, clock: Clock) => {
  let learned: { readonly size: number; readonly until: number } | undefined
  const most = (): number => (learned === undefined || clock() >= learned.until ? largest : learned.size)
  return {
    most,
    tookTooLong: (size: number): void => {
      learned = { size: smallerThan(size), until: clock() + REMEMBERED }
    },
  }
}

/** Time-outs are long: few steps lead down, and none passes by a whole session. */
const smallerThan = (size: number): number => Math.max(1, Math.floor(size / 4), size > SESSION ? SESSION : 0)

const barsOf = ({ candles }: CandleBatch): number => Math.max(1, candles.length)
const rowsOf = ({ rows }: IndicatorPut): number => Math.max(1, rows.length)

/** Where a session begins, if one does among the first `size` bars: then no session has to be read again to be complete. */
const cutBatch = (batch: CandleBatch, size: number): readonly [CandleBatch, CandleBatch] => {
  const { candles, sessions } = batch
  const [first, next] = [candles[0], candles[size]]
  if (first === undefined || next === undefined) return [batch, batch]
  const opening = sessions.map(({ opensAt }) => opensAt).filter((opensAt) => opensAt > first.at && opensAt <= next.at)
  const at = opening.length === 0 ? next.at : Math.max(...opening)
  const part = (from: number, to: number): CandleBatch => ({
    ...batch,
    from,
    to,
    sessions: sessions.filter(({ opensAt, closesAt }) => opensAt < to && closesAt > from),
    candles: candles.filter((candle) => candle.at >= from && candle.at < to),
  })
  return [part(Math.min(batch.from, first.at), at), part(at, Math.max(batch.to, at + 1))]
}

const cutPut = (put: IndicatorPut, size: number): readonly [IndicatorPut, IndicatorPut] => [
  { ...put, rows: put.rows.slice(0, size), rest: put.rows[size]?.at },
  { ...put, rows: put.rows.slice(size) },
]

/** Of a ticker's results the last says how it stands; what was written is the sum. */
const merge = (results: readonly (readonly IngestResult[])[]): readonly IngestResult[] => {
  const merged = new Map<string, IngestResult>()
  for (const result of results.flat())
    merged.set(result.ticker, { ...result, written: result.written + (merged.get(result.ticker)?.written ?? 0) })
  return [...merged.values()]
}
