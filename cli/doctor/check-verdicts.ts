import { verdictLine } from '../verdict-texts.ts'
import type { Pipeline } from '../pipeline.ts'
import { failed, type Finding, measuredWithApp, note, ok } from './finding.ts'

/** The tickers that Schwab refuses, or that no bar comes of. */
export const checkVerdicts = async (pipeline: Pipeline): Promise<readonly Finding[]> => [
  await measuredWithApp('tickers', async () => {
    const verdicts = await (await pipeline.store()).verdicts(pipeline.config.tickers)
    const open = verdicts.filter(({ endedAt }) => endedAt === undefined)
    const says = open.map(verdictLine).join('; ')
    const decided = open.filter(({ decidedAt }) => decidedAt !== undefined)
    if (open.length === 0) return ok('tickers', 'nothing is held against any of them')
    if (decided.length === 0) return note('tickers', says, 'kite ticker list tells when each is asked for again')
    return failed('tickers', says, ADVICE)
  }),
]

const ADVICE =
  'correct or remove the symbol in pipeline.yml, or write a closed day under closures there, and deploy. If it is Schwab that was wrong: kite ticker lift TICKER'
