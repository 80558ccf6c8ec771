import { randomBytes } from 'node:crypto'
import { ClientRefused, GrantRefused, PipelineError } from '../../shared/domain/errors.ts'
import type { TokenEndpoint } from '../../shared/ports.ts'
import { type Finding, failed, ok } from '../doctor/finding.ts'
import { networkTrouble } from '../network-trouble.ts'

const NAME = 'Schwab application'

/** Asks Schwab to renew a token that never was: it refuses the token where it knows the application, and else the application. */
export const checkSchwabApp = async (endpoint: Pick<TokenEndpoint, 'refresh'>): Promise<Finding> => {
  try {
    await endpoint.refresh(`no-token-${randomBytes(16).toString('base64url')}`)
  } catch (error) {
    if (error instanceof ClientRefused)
      return failed(
        NAME,
        'Schwab does not accept the app key and secret',
        'compare both with developer.schwab.com and give them to kite setup',
      )
    if (!(error instanceof PipelineError)) throw error
    if (!(error instanceof GrantRefused)) {
      const why = networkTrouble(error.cause)
      const says = `Schwab cannot be reached: ${error.message}${why === undefined ? '' : ` (${why})`}`
      return failed(NAME, says, 'whether the key and secret are right is not known: try again in a few minutes')
    }
  }
  return ok(NAME, 'Schwab knows the app key and secret')
}
