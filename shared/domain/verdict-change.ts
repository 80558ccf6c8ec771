import type { Session } from './session.ts'
import type { Rhythm, Verdict, VerdictKind } from './verdicts.ts'

/** What becomes of a verdict. `begin`: a silence since `at` is watched from now on. `drop`: it is forgotten. `end`: it no longer holds, which people are to be told. */
export type VerdictChange = {
  readonly change: 'begin' | 'restart' | 'decide' | 'told' | 'end' | 'drop'
  readonly kind: VerdictKind
  readonly ticker: string
  readonly session?: Session | undefined
  /** Of a verdict that is there; a `session` names it as well. */
  readonly date?: string | undefined
  readonly at?: number | undefined
}

export type JudgeInput = {
  readonly tick: number
  readonly tickers: readonly string[]
  /** The sessions of the horizon that have opened, oldest first. */
  readonly sessions: readonly Session[]
  readonly verdicts: readonly Verdict[]
  readonly rhythms: readonly Rhythm[]
  /** Sessions that are not complete. */
  readonly incomplete: readonly { readonly ticker: string; readonly date: string }[]
  /** The token is dead: nothing is asked, so silence says nothing. */
  readonly isDead: boolean
}

/** What one of the rules found. `waits` as in a judgement. */
export type JudgedPart = { readonly changes: readonly VerdictChange[]; readonly waits: readonly string[] }

export const changeOf = (change: VerdictChange['change'], { kind, ticker, date }: Verdict): VerdictChange => ({
  change,
  kind,
  ticker,
  date,
})
