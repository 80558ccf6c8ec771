import * as z from 'zod'
import type { Mistake } from './pipeline-config.ts'
import { PipelineFields } from './pipeline-fields.ts'
import { asSchwabWrites } from './ticker-symbol.ts'

/** Settings that are right one by one and wrong together. What is wrong by itself is left out: it has its own mistake. */
export const contradictions = (data: unknown): readonly Mistake[] => {
  const { tickers, requestsPerMinute, backfillPerMinute } = Judged.parse(data)
  return [...doubles(tickers), ...overspent(tickers.length, requestsPerMinute, backfillPerMinute)]
}

const { requestsPerMinute, backfillPerMinute } = PipelineFields.shape
const Judged = z
  .object({
    tickers: z.array(z.unknown()).catch([]),
    requestsPerMinute: requestsPerMinute.optional().catch(undefined),
    backfillPerMinute: backfillPerMinute.optional().catch(undefined),
  })
  .catch({ tickers: [], requestsPerMinute: undefined, backfillPerMinute: undefined })

const doubles = (tickers: readonly unknown[]): readonly Mistake[] => {
  const first = new Map<string, number>()
  return tickers.flatMap((text, index) => {
    const ticker = typeof text === 'string' ? asSchwabWrites(text) : undefined
    if (ticker === undefined) return []
    const before = first.get(ticker)
    if (before !== undefined)
      return [{ at: ['tickers', index], text: `${ticker} is in the list twice: delete one`, against: ['tickers', before] }]
    first.set(ticker, index)
    return []
  })
}

const overspent = (tickers: number, perMinute: number | undefined, backfill: number | undefined): readonly Mistake[] => {
  if (perMinute === undefined || backfill === undefined) return []
  if (backfill >= perMinute) {
    const text = `backfillPerMinute is ${backfill}, a part of requestsPerMinute, which is ${perMinute}: write less than ${perMinute}, so that live minutes get some`
    return [{ at: ['backfillPerMinute'], text, against: ['requestsPerMinute'] }]
  }
  const reached = (perMinute - backfill) * 60
  if (tickers <= reached) return []
  const sum = `${perMinute} requests a minute less ${backfill} for the past`
  return [
    {
      at: ['tickers'],
      text: `${tickers} tickers: ${sum} reach ${reached} of them in an hour; write fewer tickers or a larger requestsPerMinute`,
    },
  ]
}
