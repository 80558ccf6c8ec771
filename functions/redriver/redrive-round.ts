import { sessionsBetween } from '../../shared/domain/calendar.ts'
import { foldJobs, type Folded, type FoldedWindow } from '../../shared/domain/fold-jobs.ts'
import { FetchJob } from '../../shared/domain/messages.ts'
import { CLAIM } from '../../shared/domain/plan-jobs.ts'
import { LONGEST_REACH } from '../../shared/domain/reach.ts'
import { HOUR, minuteOf } from '../../shared/domain/time.ts'
import { describeError } from '../../shared/lambda/log.ts'
import type { ParkedQueue } from '../../shared/ports.ts'
import type { RedriveDeps } from './redrive-deps.ts'

/** What became of some parked messages. `folded` and `sent` count windows, the others messages. */
export type RoundResult = {
  readonly received: number
  readonly folded: number
  readonly sent: number
  readonly deleted: number
  /** Sent, but still parked: seen again, and sent again, which does no harm. */
  readonly sentNotDeleted: number
  readonly unrecoverable: Folded['unrecoverable']
}

export type Parked = Awaited<ReturnType<ParkedQueue['receive']>>[number]

/** Folds the messages as a whole, claims, sends, and deletes those whose every window was sent, in this order: a crash in between only repeats windows. */
export const redriveRound = async (messages: readonly Parked[], traceId: string, deps: RedriveDeps): Promise<RoundResult> => {
  const { read, unread } = readJobs(messages)
  const { windows, unrecoverable } = fold(read, traceId, deps)
  const notSent = await send(windows, deps)
  const stays = new Set(notSent.flatMap(({ jobs }) => jobs))
  const done = [...read.filter((_, index) => !stays.has(index)).map(({ message }) => message), ...(await putBackAll(unread, deps))]
  const deleted = done.length === 0 ? 0 : await deps.parked.remove(done.map(({ receiptHandle }) => receiptHandle))
  return {
    received: messages.length,
    folded: windows.length,
    sent: windows.length - notSent.length,
    deleted,
    sentNotDeleted: done.length - deleted,
    unrecoverable,
  }
}

/** What a round would do, with nothing done. */
export const rehearseRound = (messages: readonly Parked[], traceId: string, deps: RedriveDeps): RoundResult => {
  const { windows, unrecoverable } = fold(readJobs(messages).read, traceId, deps)
  return { received: messages.length, folded: windows.length, sent: 0, deleted: 0, sentNotDeleted: 0, unrecoverable }
}

type Read = { readonly message: Parked; readonly job: FetchJob }

const readJobs = (messages: readonly Parked[]): { readonly read: readonly Read[]; readonly unread: readonly Parked[] } => {
  const read: Read[] = []
  const unread: Parked[] = []
  for (const message of messages) {
    const job = FetchJob.safeParse(json(message.body))
    if (job.success) read.push({ message, job: job.data })
    else unread.push(message)
  }
  return { read, unread }
}

const fold = (read: readonly Read[], traceId: string, { clock, calendar, config }: RedriveDeps): Folded => {
  const now = clock()
  const minute = minuteOf(now)
  const sessions = sessionsBetween(calendar, minute - Math.max(LONGEST_REACH, config.horizonDays * 24 * HOUR), minute)
  return foldJobs(
    read.map(({ job }) => job),
    { now, sessions, traceId },
  )
}

/** @returns the windows that were not taken: their jobs have to stay parked */
const send = async (windows: readonly FoldedWindow[], { book, clock, jobs, log }: RedriveDeps): Promise<readonly FoldedWindow[]> => {
  if (windows.length === 0) return []
  const claims = windows.flatMap(({ job }) => job.sessions.map((session) => ({ ticker: job.ticker, session })))
  await book.claimSessions(claims, clock() + CLAIM)
  const failures = await jobs.send(windows.map(({ job }) => job))
  if (failures.length > 0) log('jobs_not_enqueued', { count: failures.length, reason: failures[0]?.reason })
  const notSent = new Set(failures.flatMap(({ index }) => windows[index] ?? []))
  for (const { job, jobs: folded, traceIds } of windows.filter((window) => !notSent.has(window))) {
    log('jobs_redriven', { ticker: job.ticker, count: folded.length, traceId: job.traceId, traceIds })
  }
  return [...notSent]
}

/** @returns those that were taken */
const putBackAll = async (messages: readonly Parked[], { putBack, log }: RedriveDeps): Promise<readonly Parked[]> => {
  const settled = await Promise.allSettled(messages.map(({ body, traceId }) => putBack(body, 0, traceId)))
  const failures = settled.filter((result) => result.status === 'rejected')
  if (failures.length > 0) log('jobs_not_enqueued', { count: failures.length, ...describeError(failures[0]?.reason) })
  return messages.filter((_, index) => settled[index]?.status === 'fulfilled')
}

const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
