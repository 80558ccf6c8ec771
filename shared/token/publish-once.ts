import type { Log } from '../domain/log-events.ts'
import type { PipelineEvent } from '../domain/events.ts'
import { MINUTE } from '../domain/time.ts'
import type { Clock, EventBus, Notices } from '../ports.ts'

export type PublishDeps = { readonly notices: Notices; readonly events: EventBus; readonly clock: Clock; readonly log: Log }

/** Who has claimed a notice and does not come back in so long has died, and the next may publish it. */
const CLAIM = 2 * MINUTE

/**
 * Publishes what `key` names once, whoever else tries: claim, publish, mark. Only a crash between the last two repeats it.
 * `taken`: somebody else is at it. Fails with AwsUnavailable or StoreUnavailable; when the claim has run out it can be tried again.
 */
export const publishOnce = async (
  key: string,
  makeEvent: () => PipelineEvent | Promise<PipelineEvent>,
  { notices, events, clock, log }: PublishDeps,
): Promise<'published' | 'already' | 'taken'> => {
  const until = clock() + CLAIM
  const claim = await notices.claimNotice(key, clock(), until)
  if (claim !== 'claimed') return claim === 'published' ? 'already' : 'taken'
  const event = await makeEvent()
  // An invocation that ran out of time goes on with the next one of its environment, perhaps an hour later: others have done it since.
  if (clock() >= until) return 'taken'
  try {
    await events.publish([event])
  } catch (error) {
    log('event_not_published', { type: event.type, key })
    throw error
  }
  log('event_published', { type: event.type, key })
  await notices.markPublished(key, clock())
  return 'published'
}
