import { PipelineError } from '../../shared/domain/errors.ts'
import { HOUR, MINUTE, toIso } from '../../shared/domain/time.ts'
import { describeError } from '../../shared/lambda/log.ts'
import type { RedriveDeps } from './redrive-deps.ts'
import { redriveRound, rehearseRound, type Parked, type RoundResult } from './redrive-round.ts'

/** `nextDueAt` (ISO 8601): before it there is nothing to do, unless somebody logs in. `left`: still parked afterwards, in flight or not. */
export type RedriveResult = RoundResult & {
  /** `token_dead`: a person has to log in first. `leased`: another redrive is at it. */
  readonly skipped: 'token_dead' | 'leased' | undefined
  readonly left: number
  readonly nextDueAt: string
}

/** So many messages are folded as a whole. */
const ROUND = 1_000
/** Time kept back to send, delete and report what was received, milliseconds. */
const RESERVE = 25_000
/** Renewed by every round; as long as a received message stays hidden. */
const LEASE = 2 * MINUTE
const SOON = 5 * MINUTE

/**
 * Sends the parked jobs back, folded into few windows, until none is left or time runs out. It looks at the state, so it may be called at any time.
 * Fails with AwsUnavailable or StoreUnavailable; what was received then is seen again.
 * @param options.dryRun only says what it would do, also while the token is dead; what it received stays hidden until its visibility time-out
 */
export const redriveParked = async (deps: RedriveDeps, options: { readonly dryRun?: boolean } = {}): Promise<RedriveResult> => {
  const { clock, leases, log, parked, tokens } = deps
  const depth = await parked.depth()
  const end = (round: RoundResult, left: number, skipped?: RedriveResult['skipped']): RedriveResult => {
    if (skipped !== undefined) log('redrive_skipped', { reason: skipped, count: left })
    return { ...round, skipped, left, nextDueAt: toIso(clock() + (left > 0 ? SOON : HOUR)) }
  }
  if (depth === 0) return end(NOTHING, 0)
  const { outages } = await tokens.tokenState()
  const dead = outages.some(({ reauthorizedAt }) => reauthorizedAt === undefined)
  if (dead && options.dryRun !== true) return end(NOTHING, depth, 'token_dead')

  const holder = deps.newId()
  const hold = (): Promise<boolean> => leases.takeLease('redrive', holder, clock(), clock() + LEASE)
  if (!(await hold())) return end(NOTHING, depth, 'leased')
  try {
    if (options.dryRun === true) return end(rehearseRound(await receive(depth, deps), holder, deps), depth)
    const total = await drain(hold, holder, deps)
    const outageId = outages.findLast(({ reauthorizedAt }) => reauthorizedAt !== undefined)?.id
    await report(total, outageId, deps)
    return end(total, await parked.depth())
  } finally {
    // Best effort: it runs out by itself.
    await tolerate(leases.releaseLease('redrive', holder), deps)
  }
}

const NOTHING: RoundResult = { received: 0, folded: 0, sent: 0, deleted: 0, sentNotDeleted: 0, unrecoverable: [] }

const drain = async (hold: () => Promise<boolean>, traceId: string, deps: RedriveDeps): Promise<RoundResult> => {
  let total = NOTHING
  for (;;) {
    const messages = await receive(ROUND, deps)
    if (messages.length === 0) return total
    const round = await redriveRound(messages, traceId, deps)
    total = sum(total, round)
    // Where nothing can be sent or deleted the same messages would come again.
    if (round.deleted === 0 || deps.remainingMs() <= RESERVE || !(await hold())) return total
  }
}

/** Up to `count` messages and a few more, ten by ten, until none is found or time runs out. */
const receive = async (count: number, { parked, remainingMs }: RedriveDeps): Promise<readonly Parked[]> => {
  const messages: Parked[] = []
  while (messages.length < count && remainingMs() > RESERVE) {
    const found = await parked.receive()
    if (found.length === 0) break
    messages.push(...found)
  }
  return messages
}

const report = async (total: RoundResult, outageId: string | undefined, deps: RedriveDeps): Promise<void> => {
  if (total.received === 0) return
  const { unrecoverable, ...counts } = total
  deps.log('redrive_completed', { ...counts, unrecoverable: unrecoverable.length, outageId })
  const detail = { ...total, unrecoverable: unrecoverable.slice(0, MAX_NAMED), ...(outageId !== undefined && { outageId }) }
  await tolerate(deps.events.publish([{ type: 'RedriveCompleted', detail }]), deps)
  if (outageId !== undefined && total.deleted > 0) await tolerate(deps.tokens.countRedriven(outageId, total.deleted), deps)
}

/** An event names no more than this. */
const MAX_NAMED = 100

/** What only reports is logged when it fails: the jobs are under way. */
const tolerate = async (work: Promise<void>, { log }: RedriveDeps): Promise<void> => {
  try {
    await work
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    log('redrive_not_reported', describeError(error))
  }
}

const sum = (a: RoundResult, b: RoundResult): RoundResult => ({
  received: a.received + b.received,
  folded: a.folded + b.folded,
  sent: a.sent + b.sent,
  deleted: a.deleted + b.deleted,
  sentNotDeleted: a.sentNotDeleted + b.sentNotDeleted,
  unrecoverable: [...a.unrecoverable, ...b.unrecoverable],
})
