import * as z from 'zod'
import type { Token } from './token.ts'

const Claims = z.object({ sub: z.string().min(1) })

/** Whose token it is: the subject of its `id_token`, which is not verified: it came from Schwab's own answer. Undefined when it does not say. */
export const accountOf = ({ rest }: Pick<Token, 'rest'>): string | undefined => {
  const idToken = rest['id_token']
  const payload = typeof idToken === 'string' ? idToken.split('.')[1] : undefined
  if (payload === undefined) return undefined
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.codePointAt(0) ?? 0)
    return Claims.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data?.sub
  } catch {
    return undefined
  }
}

/** Whether two tokens are of one account. `unknown`: one of them does not say, or is none. */
export const compareAccounts = (one: Pick<Token, 'rest'>, other: Pick<Token, 'rest'> | undefined): 'same' | 'other' | 'unknown' => {
  const [mine, theirs] = [accountOf(one), other && accountOf(other)]
  if (mine === undefined || theirs === undefined) return 'unknown'
  return mine === theirs ? 'same' : 'other'
}
