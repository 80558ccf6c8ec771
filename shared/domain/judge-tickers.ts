import { HOUR, MINUTE } from './time.ts'
import { changeOf, type JudgedPart, type JudgeInput } from './verdict-change.ts'
import { isTickerRefusal, tickerDueAt, type Verdict } from './verdicts.ts'

/** A refusal that came so shortly before is one of those that come now. */
const LATELY = 15 * MINUTE
/** A ticker that is unknown and never had a candle is probably written wrong, and somebody waits to hear of it. */
const PROOF_OF_A_WRONG_NAME = 3 * HOUR
/** Every other one may be answered again within a day. */
const PROOF = 24 * HOUR
const LEAST_COUNT = 4

/**
 * Judges the tickers that Schwab does not know, or refuses. An answer that came after the last refusal ends it. Refusals of most tickers
 * at once are an outage of Schwab: they are evidence against nobody, and everybody is asked again at once.
 */
export const judgeTickers = ({ tick, tickers, verdicts, rhythms }: JudgeInput): JudgedPart => {
  const all = verdicts.filter((verdict) => isTickerRefusal(verdict) && verdict.endedAt === undefined)
  const [answered, refused] = [all.filter(isAnswered), all.filter((verdict) => !isAnswered(verdict))]
  const lately = new Set(refused.filter(({ lastAt }) => lastAt > tick - LATELY).map(({ ticker }) => ticker))
  const heard = new Set(rhythms.map(({ ticker }) => ticker))
  const whole = heard.size > 0 ? tickers.filter((ticker) => heard.has(ticker)) : tickers
  const hit = whole.filter((ticker) => lately.has(ticker))
  const isOutage = hit.length > 1 && hit.length * 2 > whole.length
  const undecided = refused.filter(({ decidedAt }) => decidedAt === undefined)
  const isProven = ({ kind, ticker, firstAt, lastAt, count }: Verdict): boolean =>
    count >= LEAST_COUNT && lastAt - firstAt >= (kind === 'refused_data' || heard.has(ticker) ? PROOF : PROOF_OF_A_WRONG_NAME)
  return {
    changes: [
      ...answered.map((verdict) => changeOf(verdict.toldAt === undefined ? 'drop' : 'end', verdict)),
      ...undecided.flatMap((verdict) => {
        if (isOutage) return verdict.count > 1 ? [changeOf('restart', verdict)] : []
        return isProven(verdict) ? [changeOf('decide', verdict)] : []
      }),
    ],
    waits: refused.filter((verdict) => !isOutage && tickerDueAt(verdict) > tick).map(({ ticker }) => ticker),
  }
}

const isAnswered = ({ answeredAt, lastAt }: Verdict): boolean => answeredAt !== undefined && answeredAt > lastAt
