import { HOUR } from '../../shared/domain/time.ts'
import { refreshExpiresAt } from '../../shared/domain/token.ts'
import type { Health } from './examine-token.ts'

/**
 * When the refresh token dies, epoch milliseconds; 0 when it is dead, cannot be read as a token or was never stored. Where nobody knows
 * when the login was, only the rest of the access token's life is certain, half an hour at the most: such a token gets no warning by
 * mail, so this is too little rather than too much. Undefined: AWS did not show the secret, so nobody knows.
 */
export const endOf = ({ token, isRead }: Health): number | undefined => {
  if (!isRead) return undefined
  return token === undefined ? 0 : (refreshExpiresAt(token) ?? token.accessExpiresAt)
}

/** Hours, to a hundredth, until then; never less than 0. */
export const hoursUntil = (end: number, now: number): number => Math.max(0, Math.round(((end - now) / HOUR) * 100) / 100)
