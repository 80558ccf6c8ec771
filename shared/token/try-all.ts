import type { Candidate } from './candidates.ts'
import type { StoredToken } from './stored-token.ts'
import type { TokenDeps } from './token-deps.ts'
import { tryCandidate, type RefreshMeans, type Verdict } from './try-candidate.ts'

export type Winner = { readonly candidate: Candidate; readonly stored: StoredToken; readonly refreshed: boolean }
export type Refused = ReadonlyMap<Candidate['source'], Verdict>

/** Tries one after the other until one works. Fails like `tryCandidate`. */
export const tryAll = async (
  candidates: readonly Candidate[],
  mayLive: (candidate: Candidate) => boolean,
  means: RefreshMeans,
  deps: TokenDeps,
): Promise<{ readonly winner: Winner | undefined; readonly refused: Refused }> => {
  const refused = new Map<Candidate['source'], Verdict>()
  for (const candidate of candidates) {
    const before = candidates.flatMap((earlier) => {
      const verdict = refused.get(earlier.source)
      return verdict === undefined ? [] : [{ token: earlier.token, verdict }]
    })
    const known = before.find(({ token, verdict }) => isVerdictOn(candidate, token, verdict))
    const living = mayLive(candidate)
    if (known !== undefined && !(living && known.verdict === 'reauth_required')) {
      refused.set(candidate.source, known.verdict)
      continue
    }
    const trial = await tryCandidate(candidate, living, means, deps)
    if ('proven' in trial) return { winner: { candidate, stored: trial.proven, refreshed: trial.refreshed }, refused }
    refused.set(candidate.source, trial.refused)
  }
  return { winner: undefined, refused }
}

/** Whether a verdict on one token holds for another: the app is the same for all, its products for a login, a refresh token for itself. */
const isVerdictOn = ({ token }: Candidate, other: Candidate['token'], verdict: Verdict): boolean => {
  if (verdict === 'configuration') return true
  if (verdict === 'entitlement' && token.loggedInAt !== undefined && token.loggedInAt === other.loggedInAt) return true
  return token.refreshToken === other.refreshToken
}
