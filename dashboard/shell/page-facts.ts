import { MINUTE } from '../../shared/domain/time.ts'
import type { Schedule } from '../data/status-rows.ts'
import type { PageState } from '../state/page-state.ts'

/** What a second of work is on a clock that flies: so much later than usual is still in time. */
const WORK_SECONDS = 2
/** A clock that goes in steps leaves out what has nothing to do, for an hour at most. */
const AT_FULL_SPEED = 75 * MINUTE

/** Simulated seconds in a real one; 0 where the clock goes in steps. */
export const speedOf = (stack: PageState['stack']): number => (stack === undefined ? 1 : stack.speed === 'max' ? 0 : stack.speed)

/** Milliseconds of the page's clock that its readers add to every age. */
export const allowanceOf = (speed: number): number => (speed === 0 ? AT_FULL_SPEED : speed > 1 ? speed * WORK_SECONDS * 1000 : 0)

/** With more tickers than calls in a minute they take turns: what one waits longer than a minute, milliseconds. */
export const turnOf = (schedule: Pick<Schedule, 'cadenceMinutes'> | undefined): number => ((schedule?.cadenceMinutes ?? 1) - 1) * MINUTE

/** Where a person logs in, while one should: the login has ended or ends soon. */
export const shownLink = ({ stack, token, outages }: Pick<PageState, 'stack' | 'token' | 'outages'>): string | undefined => {
  const isOpen = outages?.some(({ reauthorizedAt }) => reauthorizedAt === undefined) ?? false
  return isOpen || token?.state === 'dead' || token?.state === 'expiring' ? stack?.link : undefined
}

/** Why there is no chart, for a person; undefined where there is one to show. */
export const whyNothing = ({ selection, tickers, sessions, troubles }: ChartFacts): string | undefined => {
  const { ticker, date } = selection
  if (ticker !== undefined && tickers !== undefined && tickers.length > 0 && !tickers.some((row) => row.ticker === ticker))
    return `${ticker} is none of the tickers: choose one from the list`
  if (sessions === undefined) {
    if (tickers?.length === 0) return undefined
    return troubles.chart === undefined ? 'Reading …' : 'This cannot be read at the moment'
  }
  return sessions.length === 0 && date !== undefined ? `Nothing is stored up to ${date}` : undefined
}

type ChartFacts = Pick<PageState, 'selection' | 'tickers' | 'sessions' | 'troubles'>
