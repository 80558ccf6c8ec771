import type { Acknowledged } from '../event-sources.ts'
import type { Call, Invocation } from '../invocation.ts'
import type { SiteAnswer, SiteRequest } from '../schwab-site.ts'
import type { World } from '../world.ts'
import { readJson, sentBy, type SeenBatch, type SeenJob } from './seen-messages.ts'

/** What one invocation has done so far. */
type Done = {
  readonly answers: { readonly query: URLSearchParams; readonly answer: SiteAnswer }[]
  readonly candles: SeenBatch[]
  /** By ticker, after the last ingest: whether indicators were left to compute, and whether they were put. */
  readonly stored: Map<string, 'waits' | 'whole'>
  readonly ingested: Set<string>
  /** Bodies that it has parked, put back or dead-lettered. */
  readonly setAside: Set<string>
  /** Tickers against which a refusal was noted. */
  readonly noted: Set<string>
}

const MINUTE = 60_000
/** Clocks may differ by so much, milliseconds. */
const SKEW = 5_000

/** A message may be deleted when its work is done: fetched and passed on, parked, put back, set aside, or out of date. */
export const watchWork = ({ calls, kernel, violate }: World): { readonly acknowledged: Acknowledged } => {
  const byInvocation = new WeakMap<Invocation, Done>()
  const doneOf = (invocation: Invocation): Done => {
    const found = byInvocation.get(invocation) ?? {
      answers: [],
      candles: [],
      stored: new Map(),
      ingested: new Set(),
      setAside: new Set(),
      noted: new Set(),
    }
    byInvocation.set(invocation, found)
    return found
  }
  calls.push((call) => {
    if (call.invocation === undefined) return
    const done = doneOf(call.invocation)
    const sent = call.target === 'sqs' ? sentBy(call.method, call.args, call.result) : undefined
    if (sent?.queue === 'candles') done.candles.push(...sent.bodies.map((body) => readJson(body) as SeenBatch))
    else if (sent !== undefined) for (const body of sent.bodies) done.setAside.add(body)
    if (call.method === 'pricehistory')
      done.answers.push({ query: (call.args[0] as SiteRequest).url.searchParams, answer: call.result as SiteAnswer })
    if (call.method === 'noteRefusals')
      for (const { ticker } of call.args[0] as readonly { readonly ticker: string }[]) done.noted.add(ticker)
    noteStored(call, done)
  })

  const isJobDone = (body: string, { answers, candles, setAside, noted }: Done): boolean => {
    const job = readJson(body) as SeenJob | undefined
    if (setAside.has(body)) return true
    if (job === undefined) return false
    if (job.notAfter !== undefined && Date.parse(job.notAfter) < kernel.now() + SKEW) return true
    const [from, to] = [Date.parse(job.from), Date.parse(job.to)]
    const answered = answers.findLast(
      ({ query }) => query.get('symbol') === job.ticker && query.get('startDate') === String(from) && query.get('endDate') === String(to),
    )
    if (answered === undefined) return false
    const { answer } = answered
    // A range of sessions that is refused is asked for in parts; what else Schwab refuses is noted against its ticker, and planned again.
    if (answer.status === 400 && job.sessions.length > 1) return true
    if (answer.status === 400 || answer.status === 401 || (answer.status === 404 && answer.body.includes('errors')))
      return noted.has(job.ticker)
    if (answer.status !== 200) return false
    const bars = (
      readJson(answer.body) as { readonly candles: readonly ({ readonly datetime?: number; readonly close?: number | null } | null)[] }
    ).candles
    const isWanted = (time: number): boolean =>
      time >= from && time < to && job.sessions.some(({ opensAt, closesAt }) => time >= Date.parse(opensAt) && time < Date.parse(closesAt))
    const wanted = bars.some((bar) => bar !== null && typeof bar.close === 'number' && isWanted(bar.datetime ?? 0))
    return !wanted || candles.some((sent) => sent.ticker === job.ticker && sent.from === job.from && sent.to === job.to)
  }
  const isBatchDone = (body: string, { stored, ingested, setAside }: Done): boolean => {
    const batch = readJson(body) as SeenBatch | undefined
    if (setAside.has(body)) return true
    if (batch === undefined) return false
    if (kernel.now() + SKEW - Date.parse(batch.fetchedAt) > 30 * MINUTE) return true
    return ingested.has(`${batch.ticker} ${batch.traceId} ${Date.parse(batch.fetchedAt)}`) && stored.get(batch.ticker) === 'whole'
  }
  return {
    acknowledged: (queue, { Body }, invocation) => {
      const isDone = queue === 'jobs' ? isJobDone(Body, doneOf(invocation)) : isBatchDone(Body, doneOf(invocation))
      if (!isDone) violate('no work is lost', `${invocation.fn} acknowledges without having done it: ${Body.slice(0, 200)}`)
    },
  }
}

const noteStored = ({ method, args, result }: Call, { stored, ingested }: Done): void => {
  if (method === 'ingest') {
    for (const { ticker, traceId, fetchedAt } of args[0] as readonly {
      readonly ticker: string
      readonly traceId: string
      readonly fetchedAt: number
    }[])
      ingested.add(`${ticker} ${traceId} ${fetchedAt}`)
    for (const { ticker, recompute } of result as readonly { readonly ticker: string; readonly recompute: unknown }[])
      stored.set(ticker, recompute === undefined ? 'whole' : 'waits')
  }
  if (method === 'putIndicators') {
    const stale = new Set(result as readonly string[])
    for (const { ticker } of args[0] as readonly { readonly ticker: string }[]) if (!stale.has(ticker)) stored.set(ticker, 'whole')
  }
}
