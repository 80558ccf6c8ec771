import { TokenUnreadable } from '../../shared/domain/errors.ts'
import { parseToken, type Token } from '../../shared/domain/token.ts'

/** The token in a stored text, or undefined where that is none: anybody can put anything there by hand. */
export const readableToken = (text: string): Token | undefined => {
  try {
    return parseToken(text)
  } catch (error) {
    if (error instanceof TokenUnreadable) return undefined
    throw error
  }
}
