import { ACCOUNT } from '../person.ts'
import { idToken } from '../schwab-tokens.ts'
import type { Instance } from '../invocation.ts'
import type { SiteAnswer } from '../schwab-site.ts'
import type { World } from '../world.ts'
import { readJson } from './seen-messages.ts'

/** What was stored so shortly before may not have been seen, milliseconds. */
const LATELY = 30_000

type Labels = ReturnType<World['secret']['look']>

/** A living token that is stored stays stored, and only a dead one is called dead. */
export const watchTokens = (world: World): { readonly struck: () => void } => {
  const { secret, tokens, calls, violate, kernel, plan } = world
  let before: Labels = secret.look()
  const isGood = (version: Labels['current']): boolean => version !== undefined && isLiving(version.value, tokens.isRefreshGood)
  const living = (labels: Labels): readonly string[] =>
    Object.entries(labels).flatMap(([label, version]) => (isGood(version) ? [label] : []))

  // Of an answer that comes too late nobody hears.
  const isHeard = plan.faults.every(({ kind, target }) => kind !== 'schwab-mute' && (kind !== 'slow' || target !== 'schwab'))
  let pendingSince = 0
  let minted: { readonly by: Instance; readonly refreshToken: string } | undefined
  calls.push(({ target, method, args, result, instance }) => {
    if (target === 'secret' && (method === 'promote' || method === 'putPending')) {
      const [had, after] = [living(before), secret.look()]
      // A person may log in with another account; that login has to be kept somewhere until they have said which one they want.
      const isOther =
        method === 'putPending' && instance.fn === 'reauth' && after.pending !== undefined && !isOfAccount(after.pending.value)
      if (had.length > 0 && living(after).length === 0 && !isOther)
        violate('no living token is discarded', `${method} by ${instance.fn}: the living one was ${had.join(', ')}`)
      const isWorse = isGood(before.current) && !isGood(after.current)
      if (method === 'promote' && instance.fn !== 'reauth' && isWorse)
        violate('no living token is discarded', `${instance.fn} replaces a working token by one that is dead`)
      if (method === 'putPending') pendingSince = kernel.now()
      before = after
    }
    // What was stored once, somebody else may displace.
    if (minted !== undefined && isStored(minted.refreshToken, secret.look())) minted = undefined
    const grant = method === 'token' && isHeard ? refreshTokenOf((result as SiteAnswer).body) : undefined
    if (grant !== undefined && instance.fn !== 'reauth') minted = { by: instance, refreshToken: grant }
    if (method !== 'markDead') return
    const { version, reason } = args[0] as { readonly version: string; readonly reason: string }
    const { current, pending } = secret.look()
    const { opened } = result as { readonly opened: boolean }
    if (opened && reason === 'entitlement' && isGood(current) && isOfTheFuture(current?.value, kernel.now()))
      violate('no living token is discarded', `${instance.fn} takes the stamps of ${version} for evidence, which lie in the future`)
    if (opened && minted?.by === instance && tokens.isRefreshGood(minted.refreshToken))
      violate('no living token is discarded', `${instance.fn} has forgotten the only refresh token that lives`)
    if (!opened || reason !== 'reauth_required') return
    if (current?.versionId === version && isGood(current))
      violate('no living token is discarded', `${instance.fn} declares ${version} dead, which lives`)
    if (isGood(pending) && kernel.now() - pendingSince > LATELY && !isRefusedData(world))
      violate('no living token is discarded', `${instance.fn} declares ${version} dead, and ${pending?.versionId} beside it lives`)
  })
  return {
    struck: () => {
      before = secret.look()
    },
  }
}

const refreshTokenIn = (text: string): string | undefined => /"refresh_token":"([^"]+)"/.exec(text)?.[1]

/** Of an answer that came whole. */
const refreshTokenOf = (body: string): string | undefined =>
  (readJson(body) as { readonly refresh_token?: string } | undefined)?.refresh_token

const isStored = (refreshToken: string, labels: Labels): boolean =>
  Object.values(labels).some((version) => version !== undefined && refreshTokenIn(version.value) === refreshToken)

/** Of its access token: a refresh keeps the time of the login, whatever clock that was. */
const isOfTheFuture = (value: string | undefined, now: number): boolean => {
  const seconds = (name: string): number => Number(new RegExp(`"${name}":(\\d+)`).exec(value ?? '')?.[1] ?? 0)
  return (seconds('expires_at') - seconds('expires_in')) * 1000 > now + LATELY
}

/** Whether data calls are, or were a moment ago, refused whatever the token: a living one is then of no use. */
const isRefusedData = ({ plan, kernel }: World): boolean =>
  plan.faults.some(({ kind, at, forMs }) => kind === 'no-entitlement' && at <= kernel.now() && kernel.now() < at + forMs + 4 * LATELY)

const isLiving = (value: string, isRefreshGood: (token: string) => boolean): boolean => {
  const found = /"refresh_token":"([^"]+)"/.exec(value)?.[1]
  return found !== undefined && isRefreshGood(found) && isOfAccount(value)
}

const isOfAccount = (value: string): boolean => value.includes(idToken(ACCOUNT))
