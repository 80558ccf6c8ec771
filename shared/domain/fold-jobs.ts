import type { FetchJob } from './messages.ts'
import { CLAIM, SESSIONS_PER_REQUEST } from './plan-jobs.ts'
import type { Session } from './session.ts'
import { minuteOf } from './time.ts'

export type FoldOptions = {
  /** Epoch milliseconds. */
  readonly now: number
  /** The sessions within Schwab's reach that opened before this minute, oldest first. */
  readonly sessions: readonly Session[]
  /** Of the windows that stand for jobs with more than one trace id. */
  readonly traceId: string
}

/** A window that stands for several jobs; `jobs` are their places in what was folded, `traceIds` theirs, each once. */
export type FoldedWindow = { readonly job: FetchJob; readonly jobs: readonly number[]; readonly traceIds: readonly string[] }

export type Folded = {
  readonly windows: readonly FoldedWindow[]
  /** Sessions that are out of Schwab's reach. */
  readonly unrecoverable: readonly { readonly ticker: string; readonly date: string }[]
}

/**
 * Makes few windows of many jobs: per ticker every session that any of them asked for, once and in full, as many together as one
 * request reaches over. A session that is still open is asked for up to now. Like planned full reads they expire with their claim.
 */
export const foldJobs = (jobs: readonly FetchJob[], options: FoldOptions): Folded => {
  const place = new Map(options.sessions.map(({ date }, index) => [date, index]))
  const windows: FoldedWindow[] = []
  const unrecoverable: { readonly ticker: string; readonly date: string }[] = []
  for (const [ticker, asked] of askedSessions(jobs)) {
    const wanted: Wanted[] = []
    for (const [date, { closesAt, askers }] of asked) {
      const index = place.get(date)
      const session = index === undefined ? undefined : options.sessions[index]
      if (index !== undefined && session !== undefined) wanted.push({ index, session, askers })
      // One that opened within this minute is left to the next tick.
      else if (closesAt <= options.now) unrecoverable.push({ ticker, date })
    }
    const runs = runsOf(wanted.toSorted((a, b) => a.index - b.index))
    for (const run of runs) {
      const askers = [...new Set(run.flatMap(({ askers }) => askers))]
      const traceIds = [...new Set(askers.flatMap((index) => jobs[index]?.traceId ?? []))]
      windows.push({ job: windowOf(ticker, run, traceIds, options), jobs: askers, traceIds })
    }
  }
  return { windows, unrecoverable: unrecoverable.toSorted((a, b) => (a.ticker + a.date < b.ticker + b.date ? -1 : 1)) }
}

type Wanted = { readonly index: number; readonly session: Session; readonly askers: readonly number[] }

type Asked = { readonly closesAt: number; readonly askers: number[] }

/** By ticker and date: the places of the jobs that ask for that session. */
const askedSessions = (jobs: readonly FetchJob[]): ReadonlyMap<string, ReadonlyMap<string, Asked>> => {
  const result = new Map<string, Map<string, Asked>>()
  for (const [index, { ticker, sessions }] of jobs.entries()) {
    const dates = result.get(ticker) ?? new Map<string, Asked>()
    result.set(ticker, dates)
    for (const { date, closesAt } of sessions) {
      const asked = dates.get(date) ?? { closesAt, askers: [] }
      dates.set(date, asked)
      asked.askers.push(index)
    }
  }
  return result
}

/** Sessions that nobody asked for may lie in between: what is read of them is dropped, and one request is saved. */
const runsOf = (wanted: readonly Wanted[]): readonly (readonly Wanted[])[] => {
  const runs: Wanted[][] = []
  for (const entry of wanted) {
    const run = runs.at(-1)
    const first = run?.[0]
    if (run === undefined || first === undefined || entry.index - first.index >= SESSIONS_PER_REQUEST) runs.push([entry])
    else run.push(entry)
  }
  return runs
}

const windowOf = (ticker: string, run: readonly Wanted[], traceIds: readonly string[], { now, traceId }: FoldOptions): FetchJob => {
  const [kept, ...others] = traceIds
  const sessions = run.map(({ session }) => session)
  return {
    v: 1,
    kind: 'backfill',
    ticker,
    from: Math.min(...sessions.map(({ opensAt }) => opensAt)),
    to: Math.min(minuteOf(now), Math.max(...sessions.map(({ closesAt }) => closesAt))),
    sessions,
    notAfter: now + CLAIM,
    plannedAt: now,
    traceId: kept === undefined || others.length > 0 ? traceId : kept,
  }
}
