import type { OutageReason, TokenState } from '../domain/outage.ts'
import type { Token } from '../domain/token.ts'
import { announceRejected } from './announce.ts'
import { declareDead } from './declare-dead.ts'
import { ignoringFailure } from './ignoring-failure.ts'
import { recordProven } from './record-proven.ts'
import type { StoredToken } from './stored-token.ts'
import type { TokenDeps } from './token-deps.ts'
import { originOf, type Standing } from './token-standing.ts'
import type { Refused, Winner } from './try-all.ts'

/** How long a login takes from Schwab's answer to its token in the secret, milliseconds. */
const LOGIN_MOMENT = 1_500

/** What is known when all that could be tried was tried. */
export type Finding = {
  readonly state: TokenState
  readonly current: { readonly versionId: string; readonly token: Token | undefined }
  readonly standing: Standing
  readonly refused: Refused
}

/** Makes the proven token current. `moved`: somebody else was faster, and theirs counts. */
export const concludeProven = async (
  { state, current, standing, refused }: Finding,
  { candidate, stored, refreshed }: Winner,
  deps: TokenDeps,
): Promise<(StoredToken & { readonly state: TokenState }) | 'moved'> => {
  if (stored.versionId !== current.versionId && (await deps.secret.promote(stored.versionId, current.versionId)) === 'moved') return 'moved'
  if (refreshed) deps.log('token_refresh_successful', { versionId: stored.versionId })
  const recorded = await recordProven(stored, originOf(candidate, current.token, standing.proven, state), deps)
  const rejected = reasonOf(current, refused)
  if (!standing.proven && candidate.source !== 'current' && rejected !== undefined) {
    deps.log('token_restored', { versionId: stored.versionId, rejected: current.versionId, reason: rejected })
    await reject(current.versionId, rejected, true, deps)
  }
  return { ...stored, state: recorded.state }
}

/** Nothing works: the current version is dead, unless another one has come up meanwhile. */
export const concludeDead = async (
  { state, current, standing, refused }: Finding,
  seen: ReadonlySet<string>,
  deps: TokenDeps,
): Promise<'moved'> => {
  const { secret, log, pause } = deps
  // A login ends the refresh token before it a moment before its own is stored. What is dead already need not wait for that.
  if (standing.dead === undefined && [...refused.values()].includes('reauth_required')) await pause(LOGIN_MOMENT)
  const [now, pending] = await Promise.all([secret.current(), secret.pending()])
  if (now.versionId !== current.versionId || (pending !== undefined && !seen.has(pending.versionId))) return 'moved'
  const reason = reasonOf(current, refused) ?? 'reauth_required'
  if (!standing.proven && state.provenVersion !== undefined && reason !== 'configuration') {
    log('token_rejected', { versionId: current.versionId, reason })
    await reject(current.versionId, reason, false, deps)
  }
  const token = standing.proven ? current.token : undefined
  return declareDead({ versionId: current.versionId, token }, reason, state, deps)
}

/** What is wrong with the current version. Undefined: nothing is known against it. */
const reasonOf = (current: Finding['current'], refused: Refused): OutageReason | undefined => {
  if ([...refused.values()].includes('configuration')) return 'configuration'
  return current.token === undefined ? 'unusable_token' : refused.get('current')
}

const reject = (versionId: string, reason: OutageReason, restored: boolean, deps: TokenDeps): Promise<void> =>
  ignoringFailure(announceRejected({ versionId, reason, restored, at: deps.clock() }, deps))
