import { countText, momentText, shortMomentText, spanText } from '../format.ts'
import { HOUR } from '../../shared/domain/time.ts'
import type { OutageRow } from '../data/outage-rows.ts'
import type { SessionTimes, TokenStatus } from '../data/status-rows.ts'

/** What a person has to know of the login. */
export type TokenTexts = {
  readonly level: 'good' | 'warn' | 'bad' | 'idle'
  readonly state: string
  /** A countdown. */
  readonly left: string
  /** When it ends, in New York. */
  readonly end: string
  readonly advice: string
}

/** `sessions`: those that are known, oldest first; `nextOpensAt`: of the next one. */
export const tokenTexts = (
  token: TokenStatus | undefined,
  now: number,
  { sessions, nextOpensAt }: { readonly sessions: readonly SessionTimes[]; readonly nextOpensAt: number | undefined },
): TokenTexts => {
  if (token === undefined)
    return { level: 'idle', state: 'Not looked at yet', left: '–', end: '', advice: 'token-keeper looks every minute.' }
  const end = token.refreshExpiresAt
  const endText =
    end === undefined ? 'Nobody knows when it ends: the token does not say when the login was.' : `Ends ${momentText(end)} New York time`
  if (token.state === 'missing')
    return { level: 'bad', state: 'No login yet', left: '–', end: '', advice: 'Log in once, and everything starts: npm run kite -- reauth' }
  if (token.state === 'dead')
    return {
      level: 'bad',
      state: 'No longer accepted',
      left: 'Ended',
      end: '',
      advice: 'Log in now by the link in the mail. Everything missed is filled in afterwards.',
    }
  if (end !== undefined && end <= now)
    return {
      level: 'bad',
      state: 'Past its end',
      left: 'Ended',
      end: endText.replace('Ends', 'Ended'),
      advice: 'Log in again now: npm run kite -- reauth',
    }
  const left = end === undefined ? 'unknown' : spanText(end - now)
  if (token.state === 'alive') return { level: 'good', state: 'Good', left, end: endText, advice: adviceFor(end) }
  const inSession = sessions.at(-1)
  const deadline = [inSession !== undefined && inSession.closesAt > now ? inSession.opensAt : undefined, nextOpensAt]
    .flatMap((at) => at ?? [])
    .findLast((at) => end !== undefined && at < end && at > now)
  return {
    level: 'warn',
    state: 'Ends soon',
    left,
    end: endText,
    advice:
      deadline === undefined
        ? 'Log in before it ends, and nothing stops.'
        : `Log in before ${momentText(deadline)} New York time, the next open, and nothing stops.`,
  }
}

const adviceFor = (end: number | undefined): string =>
  end === undefined ? 'Log in again within a week.' : `Log in again between ${momentText(end - 48 * HOUR)} and then; a mail reminds you.`

const REASONS: Readonly<Record<string, string>> = {
  reauth_required: 'login ended',
  entitlement: 'no right to market data',
  configuration: 'application refused',
  unusable_token: 'token of no use',
}

/** A line of the history, in the order of its columns. */
export const outageCells = (outage: OutageRow, now: number, missingNow: number | undefined): readonly string[] => {
  const { startedAt, reauthorizedAt, restoredAt, parked, redriven } = outage
  const missing = restoredAt !== undefined ? 0 : (missingNow ?? outage.missing)
  return [
    shortMomentText(startedAt),
    REASONS[outage.reason] ?? outage.reason,
    reauthorizedAt === undefined ? `${spanText(now - startedAt)} so far` : spanText(reauthorizedAt - startedAt),
    restoredAt !== undefined ? spanText(restoredAt - (reauthorizedAt ?? startedAt)) : reauthorizedAt === undefined ? '–' : 'under way',
    countText(parked),
    countText(redriven),
    missing === undefined ? '?' : countText(missing),
  ]
}
