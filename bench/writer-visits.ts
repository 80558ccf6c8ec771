import { storeCandles } from '../functions/writer/store-candles.ts'
import { computeIndicators } from '../shared/domain/indicators.ts'
import type { CandleBatch } from '../shared/domain/messages.ts'
import type { Session } from '../shared/domain/session.ts'
import { MINUTE } from '../shared/domain/time.ts'
import type { CandleStore, SourceQueue } from '../shared/ports.ts'
import type { OldDesignDeps } from './old-design/read-minute.ts'
import { median } from './measure/percentile.ts'
import { madeUpBar } from './stack/year.ts'

/** A database under both designs. */
export type WriterTarget = { readonly store: CandleStore; readonly writeAll: OldDesignDeps['write'] }

/** Milliseconds for one batch of so many jobs, medians. */
export type WriterTimes = {
  readonly of1: number
  readonly of10: number
  readonly of100: number
  readonly duplicatesOf10: number
  readonly old: number
}

const OVERLAP = 3

/** Writes visits of the midst of a session, each with one new bar and the overlap, until each size of a batch has been timed. */
export const timeWriter = async (
  target: WriterTarget,
  tickers: readonly string[],
  session: Session,
  from: number,
  repeats: (size: number) => number,
): Promise<WriterTimes> => {
  const next = new Map(tickers.map((ticker) => [ticker, from]))
  let turn = 0
  const visits = (size: number): readonly CandleBatch[] =>
    Array.from({ length: size }, () => {
      const ticker = tickers[turn++ % tickers.length] ?? ''
      const at = next.get(ticker) ?? from
      next.set(ticker, at + MINUTE)
      return visit(ticker, session, at)
    })
  const time = async (size: number, again: boolean): Promise<number> => {
    const ms: number[] = []
    for (let i = 0; i < repeats(size); i++) {
      const batch = visits(size)
      if (again) await write(target.store, batch)
      const startedAt = performance.now()
      await write(target.store, batch)
      ms.push(performance.now() - startedAt)
    }
    return median(ms)
  }
  await time(10, false)
  const of1 = await time(1, false)
  const of10 = await time(10, false)
  const of100 = await time(100, false)
  const duplicatesOf10 = await time(10, true)
  return { of1, of10, of100, duplicatesOf10, old: await timeOld(target, tickers, session, from, repeats(1)) }
}

/** What a live visit brings at this minute: its bar, and those of the overlap again. */
export const visit = (ticker: string, session: Session, at: number): CandleBatch => ({
  v: 1,
  kind: 'live',
  ticker,
  from: at - OVERLAP * MINUTE,
  to: at + MINUTE,
  sessions: [session],
  fetchedAt: at + MINUTE,
  candles: Array.from({ length: OVERLAP + 1 }, (_, i) => madeUpBar(at + (i - OVERLAP) * MINUTE)),
  traceId: 'bench',
})

const nothing = (): Promise<void> => Promise.resolve()
/** Nothing goes back to a queue here. */
const UNUSED: SourceQueue = { deadLetter: nothing, putBack: nothing, delay: nothing }

/** One batch, as the writer's handler has it done. */
export const write = async (store: CandleStore, batches: readonly CandleBatch[]): Promise<void> => {
  const clock = (): number => Math.max(...batches.map(({ fetchedAt }) => fetchedAt))
  const { signal } = new AbortController()
  await Promise.all(storeCandles(batches, { clock, store, source: UNUSED }, { signal, log: () => {} }))
}

/** What the old design does for one ticker's new bar: computes and writes the day so far. */
const timeOld = async (
  { writeAll }: WriterTarget,
  tickers: readonly string[],
  session: Session,
  until: number,
  repeats: number,
): Promise<number> => {
  const day = Array.from({ length: (until - session.opensAt) / MINUTE }, (_, i) => madeUpBar(session.opensAt + i * MINUTE))
  const ms: number[] = []
  for (const ticker of tickers.slice(0, repeats)) {
    const startedAt = performance.now()
    await writeAll(ticker, day, computeIndicators(day, session.opensAt))
    ms.push(performance.now() - startedAt)
  }
  return median(ms)
}
