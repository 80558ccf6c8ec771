import { AUDIT_DELAY, fullReadDueAt } from './full-read-due.ts'
import type { FetchJob } from './messages.ts'
import { nextMorningAt } from './morning-read.ts'
import type { Session } from './session.ts'
import { HOUR, MINUTE } from './time.ts'

/** How long a planned backfill or audit is left to its work before somebody plans it again. */
export const CLAIM = 10 * MINUTE
/** One request reaches over at most so many sessions. */
export const SESSIONS_PER_REQUEST = 10

/** A session of a ticker that is to be read, as the database knows it. Times are epoch milliseconds. */
export type Coverage = {
  readonly ticker: string
  readonly date: string
  readonly coveredUntil: number | undefined
  readonly candles: number
  readonly lastAuditAt: number | undefined
  readonly claimedUntil: number | undefined
  /** By its newest full read it is empty, or has a hole longer than the ticker's habit. */
  readonly suspect: boolean
  /** The first of the full reads that agree with what is stored. */
  readonly agreedSince: number | undefined
  /** A bar of a later session was returned for the ticker. */
  readonly moved: boolean
  /** Another read is wanted now, whatever was read before: it may show a split. */
  readonly wanted: boolean
}

export type PlanInput = {
  /** The minute that is planned, epoch milliseconds. Bars that opened before it have ended. */
  readonly tick: number
  /** In the order of the configuration: with more tickers than budget they take turns by their place in it. */
  readonly tickers: readonly string[]
  /** The sessions within the horizon that have opened, oldest first. */
  readonly sessions: readonly Session[]
  /** The next session to open, if the calendar has one. */
  readonly nextOpensAt: number | undefined
  readonly incomplete: readonly Coverage[]
  /** Sessions that are complete and of which another read is wanted. */
  readonly unsettled: readonly Coverage[]
  readonly limits: { readonly requestsPerMinute: number; readonly backfillPerMinute: number; readonly overlapMinutes: number }
  readonly traceId: string
}

export type Plan = {
  readonly live: readonly FetchJob[]
  /** Full reads of closed sessions: backfills, audits, and other looks at complete ones. */
  readonly full: readonly FetchJob[]
  /** When a tick will next find something to do if nothing else happens, epoch milliseconds. */
  readonly nextDueAt: number
}

/** Decides what to fetch: a pure function of what is missing, the calendar, the budget and the time. */
export const planJobs = (input: PlanInput): Plan => {
  const live = planLive(input)
  const { jobs: full, nextDueAt: fullDueAt } = planFull(input)
  const opening = input.nextOpensAt === undefined ? Infinity : input.nextOpensAt + MINUTE
  const liveDueAt = openSession(input) === undefined ? opening : input.tick + MINUTE
  const morning = nextMorningAt(input.nextOpensAt)
  const morningDueAt = morning > input.tick ? morning : Infinity
  return { live, full, nextDueAt: Math.min(liveDueAt, fullDueAt, morningDueAt, input.tick + HOUR) }
}

/** How many minutes lie between two visits to a ticker: 1 unless there are more tickers than calls. */
export const cadenceMinutes = (tickers: number, limits: PlanInput['limits']): number =>
  Math.max(1, Math.ceil(tickers / (limits.requestsPerMinute - limits.backfillPerMinute)))

/** The session whose newest minutes are followed at this tick: from its first full minute until every ticker has had a last visit after the close. */
const openSession = ({ tick, sessions, tickers, limits }: PlanInput): Session | undefined => {
  const visits = Math.max(limits.overlapMinutes, cadenceMinutes(tickers.length, limits)) * MINUTE
  const newest = sessions.at(-1)
  return newest !== undefined && tick > newest.opensAt && tick <= newest.closesAt + visits ? newest : undefined
}

const planLive = (input: PlanInput): readonly FetchJob[] => {
  const session = openSession(input)
  if (session === undefined) return []
  const { tick, tickers, limits } = input
  const cadence = cadenceMinutes(tickers.length, limits)
  const turn = (tick / MINUTE) % cadence
  const coverage = new Map(input.incomplete.filter((row) => row.date === session.date).map((row) => [row.ticker, row]))
  const to = Math.min(tick, session.closesAt)
  return tickers.flatMap((ticker, index) => {
    const row = coverage.get(ticker)
    if (index % cadence !== turn || row === undefined || (row.coveredUntil ?? 0) >= to) return []
    const watermark = row.coveredUntil ?? session.opensAt
    return {
      v: 1,
      kind: 'live',
      ticker,
      from: Math.max(session.opensAt, watermark - limits.overlapMinutes * MINUTE),
      to,
      sessions: [session],
      notAfter: tick + 2 * cadence * MINUTE,
      plannedAt: tick,
      traceId: input.traceId,
    } as const
  })
}

const planFull = (input: PlanInput): { readonly jobs: readonly FetchJob[]; readonly nextDueAt: number } => {
  const { tick, sessions, limits } = input
  const place = new Map(sessions.map((session, index) => [session.date, index]))
  const due = new Map<string, Due[]>()
  let nextDueAt = Infinity
  const wanted = [...input.incomplete.map((row) => ({ row, complete: false })), ...input.unsettled.map((row) => ({ row, complete: true }))]
  for (const { row, complete } of wanted) {
    const index = place.get(row.date)
    const session = index === undefined ? undefined : sessions[index]
    if (index === undefined || session === undefined) continue
    const dueAt = complete ? Math.max(session.closesAt + AUDIT_DELAY, row.claimedUntil ?? 0) : fullReadDueAt(row, session)
    if (dueAt > tick) nextDueAt = Math.min(nextDueAt, dueAt)
    else due.set(row.ticker, [...(due.get(row.ticker) ?? []), { index, row, complete }])
  }
  const all = [...due].flatMap(([ticker, entries]) =>
    runs(entries.toSorted((a, b) => a.index - b.index)).map((run) => ({ job: fullRead(ticker, run, input), rank: rankOf(run) })),
  )
  const jobs = all
    .toSorted((a, b) => a.rank - b.rank || b.job.to - a.job.to)
    .slice(0, limits.backfillPerMinute)
    .map(({ job }) => job)
  if (jobs.length < all.length) nextDueAt = tick + MINUTE
  else if (jobs.length > 0) nextDueAt = Math.min(nextDueAt, tick + CLAIM)
  return { jobs, nextDueAt }
}

type Due = { readonly index: number; readonly row: Coverage; readonly complete: boolean }

/** What may show a split comes first, then what is not complete. */
const rankOf = (run: readonly Due[]): number => (run.some(({ row }) => row.wanted) ? 0 : run.some(({ complete }) => !complete) ? 1 : 2)

/** A suspect session is read alone, and only such a read proves it. */
const isReadAlone = ({ row, complete }: Due): boolean => row.suspect && !complete

/** Splits into runs of neighbouring sessions, each short enough for one request. */
const runs = (entries: readonly Due[]): readonly (readonly Due[])[] => {
  const result: Due[][] = []
  for (const entry of entries) {
    const run = result.at(-1)
    const last = run?.at(-1)
    const follows = last !== undefined && entry.index === last.index + 1 && !isReadAlone(entry) && !isReadAlone(last)
    if (run === undefined || !follows || run.length === SESSIONS_PER_REQUEST) result.push([entry])
    else run.push(entry)
  }
  return result
}

const fullRead = (ticker: string, run: readonly Due[], input: PlanInput): FetchJob => {
  const sessions = run.flatMap(({ index, complete }) => {
    const session = input.sessions[index]
    return session === undefined ? [] : { ...session, ...(complete && { complete }) }
  })
  return {
    v: 1,
    kind: run.some(({ row, complete }) => row.candles === 0 && !complete) ? 'backfill' : 'audit',
    ticker,
    from: Math.min(...sessions.map((session) => session.opensAt)),
    to: Math.max(...sessions.map((session) => session.closesAt)),
    sessions,
    // When its claim ends the sessions are planned again: what is still queued then would be read twice.
    notAfter: input.tick + CLAIM,
    plannedAt: input.tick,
    traceId: input.traceId,
  }
}
