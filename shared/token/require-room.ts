import { SecretFull } from '../domain/errors.ts'
import { newYorkDate, newYorkText } from '../domain/new-york.ts'
import { HOUR, toIso } from '../domain/time.ts'
import { ignoringFailure } from './ignoring-failure.ts'
import { publishOnce, type PublishDeps } from './publish-once.ts'
import type { TokenDeps } from './token-deps.ts'

export type RoomDeps = Pick<TokenDeps, 'secret'> & PublishDeps

/** Asked again after this, seconds. */
const RETRY_SECONDS = 300

/**
 * Before a call that makes a token: nothing is renewed, and no code used up, while the secret takes no version. People are told once a
 * day. Fails with SecretFull, AwsUnavailable or TokenUnreadable.
 */
export const requireRoom = async (deps: RoomDeps): Promise<void> => {
  const { left, freesAt } = await deps.secret.room(deps.clock())
  if (left > 0) return
  await tellSecretFull(freesAt, deps)
  throw new SecretFull('the secret has a hundred versions of the last day, and takes no more', { retryAfterSeconds: RETRY_SECONDS })
}

/** @param freesAt undefined: nobody knows, but it is within a day */
export const tellSecretFull = async (freesAt: number | undefined, deps: PublishDeps): Promise<void> => {
  const now = deps.clock()
  const until = freesAt ?? now + 24 * HOUR
  deps.log('secret_full', { until: toIso(until) })
  const detail = { at: toIso(now), until: toIso(until), untilText: newYorkText(until) }
  await ignoringFailure(publishOnce(`secret-full:${newYorkDate(now)}`, () => ({ type: 'SecretFull', detail }), deps))
}
