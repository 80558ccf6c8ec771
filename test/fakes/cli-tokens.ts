import { HOUR } from '../../shared/domain/time.ts'
import { formatToken, type Token } from '../../shared/domain/token.ts'

/** Ten o'clock on a Tuesday in New York, in session. */
export const NOW = Date.parse('2026-03-10T14:00:00Z')

/** The text of a token whose secrets begin with `marked-`. */
export const tokenText = (changes: Partial<Token> & { readonly account?: string } = {}): string => {
  const { account, ...fields } = changes
  const claims = Buffer.from(JSON.stringify({ sub: account })).toString('base64url')
  return formatToken({
    accessToken: 'marked-access',
    refreshToken: 'marked-refresh',
    accessExpiresAt: NOW + 20 * 60_000,
    loggedInAt: NOW - 24 * HOUR,
    rest: account === undefined ? {} : { id_token: `marked.${claims}.marked` },
    ...fields,
  })
}

/** Everything that no command may print. */
export const SECRETS = /marked|sb_secret_/
