import { HOUR, toIso } from '../../shared/domain/time.ts'
import { refreshExpiresAt } from '../../shared/domain/token.ts'
import { openOutage } from '../../shared/token/token-standing.ts'
import type { Health } from './examine-token.ts'
import type { KeeperDeps } from './keeper-deps.ts'

/** From the first warning on a token counts as expiring. */
const EXPIRING = 48 * HOUR
const WRITE_EVERY = HOUR

/** Writes how the token is for those who look at the dashboard: when that has changed, and every hour. What is not known is not written. */
export const statusWriter = ({ book, clock }: KeeperDeps): ((health: Health) => Promise<undefined>) => {
  let written: { readonly text: string; readonly at: number } | undefined
  return async (health) => {
    if (health.token === undefined && health.dead === undefined && !health.isMissing) return
    const now = clock()
    const status = statusOf(health, now)
    const text = JSON.stringify(status)
    if (written?.text === text && now - written.at < WRITE_EVERY) return
    await book.putStatus('token', status, now)
    written = { text, at: now }
  }
}

const statusOf = ({ state, token, dead, isMissing }: Health, now: number) => {
  const refreshEnd = token && refreshExpiresAt(token)
  const isExpiring = refreshEnd !== undefined && refreshEnd - now <= EXPIRING
  const outageId = openOutage(state)?.id
  return {
    state: isMissing ? 'missing' : dead !== undefined ? 'dead' : isExpiring ? 'expiring' : 'alive',
    accessExpiresAt: token === undefined ? null : toIso(token.accessExpiresAt),
    refreshExpiresAt: refreshEnd === undefined ? null : toIso(refreshEnd),
    ...(outageId !== undefined && { outageId }),
  }
}
