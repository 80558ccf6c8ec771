import * as z from 'zod'
import type { Candle } from './candle.ts'
import type { Session } from './session.ts'

const Instant = z.iso.datetime().transform((text) => Date.parse(text))
const Ticker = z.string().min(1).max(20)

const SessionMessage = z.object({ date: z.iso.date(), opensAt: Instant, closesAt: Instant })
/** `complete`: the session is complete already, and is only looked at again. */
const JobSession = SessionMessage.extend({ complete: z.boolean().optional() })

/** Why a window is fetched. `live`: the open session's newest minutes. `backfill` and `audit`: a full read of closed sessions. */
const JobKind = z.enum(['live', 'backfill', 'audit'])
export type JobKind = z.infer<typeof JobKind>

/** A message on `jobs`: one window of one ticker. Inside the program its times are epoch milliseconds. */
export const FetchJob = z.object({
  v: z.literal(1),
  kind: JobKind,
  ticker: Ticker,
  from: Instant,
  to: Instant,
  /** The sessions that the window is read for; bars outside them are dropped. */
  sessions: z.array(JobSession).min(1),
  /** After this moment the job is superseded: a later tick has planned its window again. */
  notAfter: Instant.optional(),
  plannedAt: Instant,
  traceId: z.string(),
})
export type FetchJob = Readonly<z.infer<typeof FetchJob>>

const CandleTuple = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])

/** A message on `candles`: what Schwab answered for one window. No candles and no sessions: only recompute what is due. */
export const CandleBatch = z.object({
  v: z.literal(1),
  kind: z.union([JobKind, z.literal('recompute')]),
  ticker: Ticker,
  from: Instant,
  to: Instant,
  /** The sessions that this answer can be trusted to speak for. */
  sessions: z.array(SessionMessage),
  fetchedAt: Instant,
  /** `[at, open, high, low, close, volume]`, sorted by `at` (epoch milliseconds). */
  candles: z
    .array(CandleTuple)
    .transform((rows): readonly Candle[] => rows.map(([at, open, high, low, close, volume]) => ({ at, open, high, low, close, volume }))),
  /** Minutes of these sessions that the answer speaks of and whose numbers cannot be read, sorted (epoch milliseconds). */
  unreadable: z.array(z.number()).optional(),
  traceId: z.string(),
})
export type CandleBatch = Readonly<z.infer<typeof CandleBatch>>

const iso = (at: number): string => new Date(at).toISOString()
const sessionToWire = (session: Session) => ({ date: session.date, opensAt: iso(session.opensAt), closesAt: iso(session.closesAt) })

/** The JSON text of a job as it goes onto the queue. */
export const encodeFetchJob = (job: FetchJob): string =>
  JSON.stringify({
    ...job,
    from: iso(job.from),
    to: iso(job.to),
    sessions: job.sessions.map((session) => ({ ...sessionToWire(session), complete: session.complete })),
    notAfter: job.notAfter === undefined ? undefined : iso(job.notAfter),
    plannedAt: iso(job.plannedAt),
  })

/** The JSON text of a candle batch as it goes onto the queue. */
export const encodeCandleBatch = (batch: CandleBatch): string =>
  JSON.stringify({
    ...batch,
    from: iso(batch.from),
    to: iso(batch.to),
    sessions: batch.sessions.map(sessionToWire),
    fetchedAt: iso(batch.fetchedAt),
    candles: batch.candles.map((c) => [c.at, c.open, c.high, c.low, c.close, c.volume]),
  })
