import { PipelineError, StoreRejected } from '../../shared/domain/errors.ts'
import { computeIndicators } from '../../shared/domain/indicators.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import { MINUTE, toIso } from '../../shared/domain/time.ts'
import type { Outcome, Run } from '../../shared/lambda/sqs-handler.ts'
import type { CandleStore, Clock, IndicatorPut, IngestResult, SourceQueue } from '../../shared/ports.ts'

export type StoreCandlesDeps = { readonly clock: Clock; readonly store: CandleStore; readonly source: SourceQueue }

/** A batch this old that still finds no database is not worth keeping: coverage has not moved, so it is fetched again. */
const TOO_OLD = 30 * MINUTE
/** Each round that ends stale means that another writer has moved the ticker on. */
const MAX_ROUNDS = 8

class IndicatorsContended extends PipelineError {
  override readonly name = 'IndicatorsContended'
  readonly code = 'INDICATORS_CONTENDED'
  readonly fate = 'retry'
}

/** Stores the batch in one call and the indicators it touches in another; message by message if the whole is refused. */
export const storeCandles = (batches: readonly CandleBatch[], deps: StoreCandlesDeps, run: Run): readonly Promise<Outcome>[] => {
  const together = write(batches, deps, run)
  return batches.map(async (batch) => {
    try {
      await together.catch((error: unknown) => {
        if (!(error instanceof StoreRejected) || batches.length === 1) throw error
        return write([batch], deps, run)
      })
      return 'done'
    } catch (error) {
      if (isOutage(error) && deps.clock() - batch.fetchedAt > TOO_OLD) {
        run.log('job_superseded', { ticker: batch.ticker, traceId: batch.traceId })
        return 'superseded'
      }
      throw error
    }
  })
}

const isOutage = (error: unknown): boolean => error instanceof PipelineError && error.fate === 'retry'

const write = async (batches: readonly CandleBatch[], deps: StoreCandlesDeps, { log }: Run): Promise<void> => {
  let pending = batches
  for (let round = 0; round < MAX_ROUNDS; round++) {
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
