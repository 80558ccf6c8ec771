import { PipelineError } from '../../shared/domain/errors.ts'
import type { Outage, TokenState } from '../../shared/domain/outage.ts'
import type { SecretVersions } from '../../shared/ports.ts'

/** The outage that nobody has ended by a proven token. */
export const openOutage = ({ outages }: TokenState): Outage | undefined =>
  outages.find(({ reauthorizedAt }) => reauthorizedAt === undefined)

/**
 * Whether nothing can be fetched: the current version of the secret is the dead one. It is read only while an outage is open; a secret
 * that cannot be read then is as good as dead.
 */
export const isTokenDead = async (state: TokenState, secret: Pick<SecretVersions, 'current'>): Promise<boolean> => {
  if (openOutage(state) === undefined) return false
  try {
    return (await secret.current()).versionId === state.deadVersion
  } catch (error) {
    if (error instanceof PipelineError) return true
    throw error
  }
}
