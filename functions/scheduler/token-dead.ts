import { PipelineError } from '../../shared/domain/errors.ts'
import type { Outage, TokenState } from '../../shared/domain/outage.ts'
import type { SecretVersions } from '../../shared/ports.ts'

/** The outage that nobody has ended by a proven token. */
export const openOutage = ({ outages }: TokenState): Outage | undefined =>
  outages.find(({ reauthorizedAt }) => reauthorizedAt === undefined)

/**
 * Whether nothing can be fetched: the current version of the secret is the dead one. It is asked for only while an outage is open; a
 * secret that cannot be asked about then is as good as dead.
 */
export const isTokenDead = async (state: TokenState, secret: Pick<SecretVersions, 'currentVersionId'>): Promise<boolean> => {
  if (openOutage(state) === undefined) return false
  try {
    return (await secret.currentVersionId()) === state.deadVersion
  } catch (error) {
    if (error instanceof PipelineError) return true
    throw error
  }
}
