import * as z from 'zod'
import { toIso } from '../domain/time.ts'
import type { VerdictChange } from '../domain/verdict-change.ts'
import { VERDICT_KINDS, type Refusal, type Rhythm, type Verdict } from '../domain/verdicts.ts'
import type { VerdictBook } from '../ports.ts'
import type { Rpc } from './supabase-rpc.ts'
import { isoOrNull, MaybeSeconds, Seconds } from './supabase-times.ts'

const VerdictRow = z
  .tuple([
    z.enum(VERDICT_KINDS),
    z.string(),
    z.string().nullable(),
    Seconds,
    Seconds,
    z.number(),
    z.array(z.string()),
    MaybeSeconds,
    MaybeSeconds,
    MaybeSeconds,
    MaybeSeconds,
    z.boolean(),
  ])
  .transform(([kind, ticker, date, firstAt, lastAt, count, askedOn, decidedAt, toldAt, endedAt, answeredAt, traded]): Verdict => ({
    kind,
    ticker,
    date: date ?? undefined,
    firstAt,
    lastAt,
    count,
    askedOn,
    decidedAt,
    toldAt,
    endedAt,
    answeredAt,
    traded,
  }))
const RhythmRow = z
  .tuple([z.string(), Seconds, z.number().nullable()])
  .transform(([ticker, heardUntil, perBar]): Rhythm => ({ ticker, heardUntil, minutesPerBar: perBar ?? undefined }))

/** What a tick, and whoever looks, is told of verdicts. */
export const VerdictRows = { verdicts: z.array(VerdictRow), rhythms: z.array(RhythmRow) }

/** What is held against tickers. */
export const supabaseVerdicts = (rpc: Rpc): VerdictBook => ({
  noteRefusals: async (refusals, now) => {
    await rpc('note_refusals', { p_refusals: refusals.map(refusalRow), p_now: toIso(now) }, z.object({ noted: z.number() }))
  },
  putVerdicts: async (changes, now) => {
    await rpc('put_verdicts', { p_changes: changes.map(changeRow), p_now: toIso(now) }, z.object({ changed: z.number() }))
  },
  verdicts: async (tickers) => (await rpc('read_verdicts', { p_tickers: tickers }, z.object(VerdictRows))).verdicts,
  liftVerdicts: async (ticker) => (await rpc('lift_verdicts', { p_ticker: ticker }, z.object({ lifted: z.number() }))).lifted,
  takeRefusalRefresh: async (now, isDead) =>
    (await rpc('take_refusal_refresh', { p_now: toIso(now), p_dead: isDead }, z.object({ wait: z.number() }))).wait,
})

const sessionColumns = (session: Refusal['session']) => ({
  date: session?.date ?? null,
  opens_at: isoOrNull(session?.opensAt),
  closes_at: isoOrNull(session?.closesAt),
})

const refusalRow = ({ kind, ticker, session }: Refusal) => ({ kind, ticker, ...sessionColumns(session) })

const changeRow = ({ change, kind, ticker, session, date, at }: VerdictChange) => ({
  change,
  kind,
  ticker,
  ...sessionColumns(session),
  date: date ?? session?.date ?? null,
  at: isoOrNull(at),
})
