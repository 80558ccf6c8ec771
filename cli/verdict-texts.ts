import { isSetAside, sessionDueAt, tickerDueAt, type Verdict, type VerdictKind } from '../shared/domain/verdicts.ts'
import { momentText } from './span-text.ts'

/** What is held against a ticker, in words. */
export const VERDICT_WORDS: { readonly [Kind in VerdictKind]: string } = {
  unknown_symbol: 'unknown symbol',
  refused_data: 'refused data',
  refused_request: 'refused request',
  silence: 'silence',
}

/** When Schwab is asked again. A silent ticker is asked for as ever. */
export const nextTryOf = (verdict: Verdict): string => {
  if (verdict.kind === 'silence') return 'as ever'
  if (verdict.kind !== 'refused_request') return momentText(tickerDueAt(verdict))
  return verdict.decidedAt === undefined ? momentText((verdict.traded ? tickerDueAt : sessionDueAt)(verdict)) : 'no more'
}

export const standingOf = (verdict: Verdict): string => {
  if (verdict.endedAt !== undefined) return 'it is over'
  if (isSetAside(verdict)) return 'set aside'
  if (verdict.decidedAt === undefined) return 'not decided'
  return verdict.kind === 'silence' ? 'silent' : 'read as closed'
}

/** One line about a verdict, for a list of findings. */
export const verdictLine = (verdict: Verdict): string => {
  const what = verdict.date === undefined ? VERDICT_WORDS[verdict.kind] : `${VERDICT_WORDS[verdict.kind]} of ${verdict.date}`
  const since = verdict.firstAt > 0 ? ` since ${momentText(verdict.firstAt)}` : ''
  return `${verdict.ticker}: ${what}${since}, ${standingOf(verdict)}`
}
