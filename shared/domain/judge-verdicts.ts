import { judgeSessions } from './judge-sessions.ts'
import { judgeSilence } from './judge-silence.ts'
import { judgeTickers } from './judge-tickers.ts'
import { HOUR } from './time.ts'
import { changeOf, type JudgeInput, type VerdictChange } from './verdict-change.ts'
import { isSetAside, isTickerRefusal } from './verdicts.ts'

export type Judgement = {
  readonly changes: readonly VerdictChange[]
  /** Tickers that nothing waits for. */
  readonly setAside: readonly string[]
  /** What is not to be asked at this tick: tickers, and sessions of a ticker as `TICKER DATE`. */
  readonly waits: ReadonlySet<string>
}

/** Evidence of another time says nothing of today. A session that was taken for closed stays so while it is in the horizon. */
const FORGOTTEN = 72 * HOUR
const LONGEST_HORIZON = 60 * 24 * HOUR

/** Makes verdicts of evidence, and takes them back: a pure function of what is known at the tick. */
export const judgeVerdicts = (input: JudgeInput): Judgement => {
  const { tick, verdicts } = input
  const old = verdicts.filter(
    ({ kind, lastAt, decidedAt }) =>
      kind !== 'silence' && lastAt < tick - (decidedAt === undefined || kind !== 'refused_request' ? FORGOTTEN : LONGEST_HORIZON),
  )
  const current = { ...input, verdicts: verdicts.filter((verdict) => !old.includes(verdict)) }
  const parts = [judgeTickers(current), judgeSessions(current), judgeSilence(current)]
  const changes = [...old.map((verdict) => changeOf('drop', verdict)), ...parts.flatMap((part) => part.changes)]
  const ended = new Set(
    changes.filter(({ change }) => change === 'end' || change === 'drop').map(({ ticker, kind }) => `${ticker} ${kind}`),
  )
  const decided = changes.filter((one) => one.change === 'decide' && isTickerRefusal(one))
  const still = verdicts.filter((verdict) => isSetAside(verdict) && !ended.has(`${verdict.ticker} ${verdict.kind}`))
  return {
    changes,
    setAside: [...new Set([...still, ...decided].map(({ ticker }) => ticker))].toSorted(),
    waits: new Set(parts.flatMap((part) => part.waits)),
  }
}
