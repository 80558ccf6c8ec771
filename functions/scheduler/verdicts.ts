import { judgeVerdicts, type Judgement } from '../../shared/domain/judge-verdicts.ts'
import type { Coverage } from '../../shared/domain/plan-jobs.ts'
import type { Session } from '../../shared/domain/session.ts'
import type { TickState } from '../../shared/ports.ts'
import { tellVerdicts } from './tell-verdicts.ts'
import type { RunTickDeps } from './tick-deps.ts'

/** What a tick works for and may ask. */
export type Judged = Pick<Judgement, 'setAside'> & {
  /** Tickers that something waits for. */
  readonly wanted: readonly string[]
  /** Tickers whose turn it may be. */
  readonly asked: readonly string[]
  readonly mayAsk: (row: Pick<Coverage, 'ticker' | 'date'>) => boolean
  /** Something is to be told at the next tick. */
  readonly hasNews: boolean
}

/** Judges what is held against tickers, remembers it, and tells people what is new. Fails with StoreUnavailable. */
export const judge = async (
  tick: number,
  sessions: readonly Session[],
  state: TickState,
  isDead: boolean,
  deps: RunTickDeps,
): Promise<Judged> => {
  const { config, book, log } = deps
  const { verdicts, rhythms, incomplete } = state
  const { changes, setAside, waits } = judgeVerdicts({ tick, tickers: config.tickers, sessions, verdicts, rhythms, incomplete, isDead })
  if (changes.length > 0) {
    await book.putVerdicts(changes, tick)
    log('verdicts_changed', {
      changes: changes.map(({ change, kind, ticker, date }) => [change, kind, ticker, date].filter(Boolean).join(' ')),
    })
  }
  const isAllTold = await tellVerdicts(verdicts, tick, deps)
  const aside = new Set(setAside)
  return {
    setAside,
    wanted: config.tickers.filter((ticker) => !aside.has(ticker)),
    asked: config.tickers.filter((ticker) => !waits.has(ticker)),
    mayAsk: ({ ticker, date }) => !waits.has(ticker) && !waits.has(`${ticker} ${date}`),
    hasNews: changes.length > 0 || !isAllTold,
  }
}
