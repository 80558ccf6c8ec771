import { changeOf, type JudgedPart, type JudgeInput, type VerdictChange } from './verdict-change.ts'
import { isTickerRefusal, sessionDueAt, tickerDueAt, type Verdict } from './verdicts.ts'

/** A session that was refused on so many dates holds no candles. */
const DATES = 3

/**
 * Judges the sessions that Schwab refuses to give. One of which nobody has a candle is judged as a whole, for it is probably a day on
 * which the exchange was closed: one ticker at a time asks for it.
 */
export const judgeSessions = (input: JudgeInput): JudgedPart => {
  const all = input.verdicts.filter(({ kind }) => kind === 'refused_request')
  const answered = all.filter((verdict) => verdict.answeredAt !== undefined && verdict.answeredAt > verdict.lastAt)
  const open = all.filter((verdict) => !answered.includes(verdict))
  const days = [
    ...Map.groupBy(
      open.filter(({ traded }) => !traded),
      ({ date }) => date ?? '',
    ),
  ].map(([date, verdicts]) => judgeDay(date, verdicts, input))
  const alone = open.filter(({ traded, decidedAt }) => traded && decidedAt === undefined)
  return {
    changes: [
      ...answered.map((verdict) => changeOf('drop', verdict)),
      ...alone.filter(({ askedOn }) => askedOn.length >= DATES).map((verdict) => changeOf('decide', verdict)),
      ...days.flatMap(({ changes }) => changes),
    ],
    waits: [
      ...alone.filter((verdict) => tickerDueAt(verdict) > input.tick).map(({ ticker, date }) => `${ticker} ${date}`),
      ...days.flatMap(({ waits }) => waits),
    ],
  }
}

/** All refusals of one day are one: whoever asked. */
const judgeDay = (date: string, verdicts: readonly Verdict[], { tick, tickers, sessions, verdicts: all }: JudgeInput): JudgedPart => {
  const session = sessions.find((one) => one.date === date)
  const undecided = tickers.filter((ticker) => !verdicts.some((one) => one.ticker === ticker && one.decidedAt !== undefined))
  if (session === undefined || undecided.length === 0) return { changes: [], waits: [] }
  const isProven = new Set(verdicts.flatMap(({ askedOn }) => askedOn)).size >= DATES
  const decide = (ticker: string): VerdictChange => ({ change: 'decide', kind: 'refused_request', ticker, date, session })
  if (isProven) return { changes: undecided.map(decide), waits: [] }
  const firstAt = Math.min(...verdicts.map((verdict) => verdict.firstAt))
  const lastAt = Math.max(...verdicts.map((verdict) => verdict.lastAt))
  // A ticker that is refused whatever the day is says nothing about this one.
  const refused = new Set(all.filter(isTickerRefusal).map(({ ticker }) => ticker))
  const askable = undecided.filter((ticker) => !refused.has(ticker))
  const turn = verdicts.reduce((sum, { count }) => sum + count, 0) % Math.max(1, askable.length)
  const asks = sessionDueAt({ firstAt, lastAt }) <= tick ? askable[turn] : undefined
  return { changes: [], waits: undecided.filter((ticker) => ticker !== asks).map((ticker) => `${ticker} ${date}`) }
}
