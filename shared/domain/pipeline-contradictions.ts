import * as z from 'zod'
import type { Mistake } from './pipeline-config.ts'
import { PipelineFields } from './pipeline-fields.ts'
import { asSchwabWrites } from './ticker-symbol.ts'

/** Settings that are right one by one and wrong together. What is wrong by itself is left out: it has its own mistake. */
export const contradictions = (data: unknown): readonly Mistake[] => {
  const settings = Together.parse(data)
  return [...doubles(settings.tickers), ...overspent(settings)]
}

const { requestsPerMinute, backfillPerMinute } = PipelineFields.shape
const Together = z
  .object({
    tickers: z.array(z.unknown()).catch([]),
    requestsPerMinute: z.union([requestsPerMinute, z.undefined()]).catch(undefined),
    backfillPerMinute: z.union([backfillPerMinute, z.undefined()]).catch(undefined),
  })
  .catch({ tickers: [], requestsPerMinute: undefined, backfillPerMinute: undefined })
type Together = Readonly<z.infer<typeof Together>>

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

const overspent = ({ tickers, requestsPerMinute: perMinute, backfillPerMinute: past }: Together): readonly Mistake[] => {
  if (perMinute === undefined || past === undefined) return []
  if (past >= perMinute) {
    const text = `requestsPerMinute is ${perMinute}, and backfillPerMinute takes ${past} of them: write less than ${perMinute} for backfillPerMinute, so that live minutes get some`
    return [{ at: ['requestsPerMinute'], text }]
  }
  const reached = (perMinute - past) * 60
  if (tickers.length <= reached) return []
  const sum = `${perMinute} requests a minute less ${past} for the past`
  return [
    {
      at: ['tickers'],
      text: `${tickers.length} tickers: ${sum} reach ${reached} of them in an hour; write fewer tickers or a larger requestsPerMinute`,
    },
  ]
}
