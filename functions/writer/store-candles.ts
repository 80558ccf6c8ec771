import { PipelineError, StoreRejected, StoreTimedOut } from '../../shared/domain/errors.ts'
import { computeIndicators } from '../../shared/domain/indicators.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import { MINUTE, toIso } from '../../shared/domain/time.ts'
import type { Outcome, Run } from '../../shared/lambda/sqs-handler.ts'
import type { CandleStore, Clock, IndicatorPut, IngestResult, SourceQueue } from '../../shared/ports.ts'

export type StoreCandlesDeps = { readonly clock: Clock; readonly store: CandleStore; readonly source: SourceQueue }

/** Each round that ends stale means that another writer has moved the ticker on. */
const MAX_ROUNDS = 8

class IndicatorsContended extends PipelineError {
  override readonly name = 'IndicatorsContended'
  readonly code = 'INDICATORS_CONTENDED'
  readonly fate = 'retry'
}

/** An answer this old that still cannot be stored is not worth keeping: coverage has not moved, so it is fetched again. */
export const outdatedAt = ({ fetchedAt }: CandleBatch): number => fetchedAt + TOO_OLD
const TOO_OLD = 30 * MINUTE

/**
 * Stores the batch in one call and the indicators it touches in another: first what is live, then the past. What is refused, or takes
 * too long however little is asked for, is repeated message by message, so that it costs its neighbours nothing.
 */
export const storeCandles = (batches: readonly CandleBatch[], deps: StoreCandlesDeps, run: Run): readonly Promise<Outcome>[] => {
  const groups = [batches.filter(isLive), batches.filter((batch) => !isLive(batch))]
  const stored = new Map<CandleBatch, Promise<void>>()
  let before: Promise<unknown> = Promise.resolve()
  for (const group of groups.filter(({ length }) => length > 0)) {
    const together = before.then(() => write(group, deps, run))
    for (const batch of group) {
      const one = after(before, together).catch((error: unknown) => {
        const mayBeNeighbours = error instanceof StoreRejected || error instanceof StoreTimedOut
        if (!mayBeNeighbours || group.length === 1) throw error
        return write([batch], deps, run)
      })
      stored.set(batch, one)
      before = one.catch(() => undefined)
    }
  }
  return batches.map(async (batch) => {
    await stored.get(batch)
    return 'done'
  })
}

/** What the second comes to, told when the first has come to an end as well. */
const after = async <Result>(first: Promise<unknown>, second: Promise<Result>): Promise<Result> => {
  await first
  return second
}

const isLive = ({ kind }: CandleBatch): boolean => kind === 'live'

const write = async (batches: readonly CandleBatch[], deps: StoreCandlesDeps, { log, signal }: Run): Promise<void> => {
  let pending = batches
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // What has run out of time goes back to the queue: nothing of it shall go on beside the next try.
    signal.throwIfAborted()
    const results = await deps.store.ingest(pending, deps.clock())
    const written = results.filter((result) => result.written > 0)
    const count = written.reduce((sum, result) => sum + result.written, 0)
    if (count > 0) {
      const tickers = written.map(({ ticker }) => ticker)
      log('equity_data_inserted', {
        count,
        tickers,
        newest: tickers.map((ticker) => newestOf(pending, ticker)),
        traceIds: traceIdsOf(pending, written),
      })
    }
    const puts = results.flatMap(computePut)
    if (puts.length === 0) return
    log('calculating_indicators', { tickers: puts.map(({ ticker }) => ticker) })
    const stale = new Set(await deps.store.putIndicators(puts))
    const put = puts.filter(({ ticker, rows }) => !stale.has(ticker) && rows.length > 0)
    const rows = put.reduce((sum, { rows }) => sum + rows.length, 0)
    if (rows > 0) log('indicators_inserted', { count: rows, traceIds: traceIdsOf(pending, put) })
    if (stale.size === 0) return
    log('indicators_stale', { tickers: [...stale] })
    pending = batches.filter(({ ticker }) => stale.has(ticker))
  }
  throw new IndicatorsContended(`other writers moved the same tickers on ${MAX_ROUNDS} times in a row`)
}

/** The open of the ticker's newest candle in the batches, ISO 8601; empty without one. */
const newestOf = (batches: readonly CandleBatch[], ticker: string): string => {
  const newest = Math.max(...batches.filter((batch) => batch.ticker === ticker).map(({ candles }) => candles.at(-1)?.at ?? -Infinity))
  return Number.isFinite(newest) ? toIso(newest) : ''
}

/** The trace ids of the batches of these tickers, each once. */
const traceIdsOf = (batches: readonly CandleBatch[], of: readonly { readonly ticker: string }[]): readonly string[] => {
  const tickers = new Set(of.map(({ ticker }) => ticker))
  return [...new Set(batches.filter(({ ticker }) => tickers.has(ticker)).map(({ traceId }) => traceId))]
}

const computePut = ({ ticker, revision, recompute }: IngestResult): readonly IndicatorPut[] =>
  recompute === undefined ? [] : [{ ticker, revision, rows: computeIndicators(recompute.candles, recompute.from) }]
