import type { Outage, TokenState } from '../domain/outage.ts'
import type { Token } from '../domain/token.ts'
import type { ProvenToken } from '../ports.ts'
import type { Candidate } from './candidates.ts'

/** How a version of the secret stands in the database. */
export type Standing = {
  /** The outage that it is dead in. */
  readonly dead: Outage | undefined
  /** It was the last to be proven. False: it was put by hand, or by somebody who died before saying so. */
  readonly proven: boolean
  /** Proven, and nothing is open that its proof has not ended. */
  readonly settled: boolean
}

export const standingOf = (state: TokenState, versionId: string): Standing => {
  const open = openOutage(state)
  const proven = state.provenVersion === versionId
  return { dead: state.deadVersion === versionId ? open : undefined, proven, settled: proven && open === undefined }
}

/** The outage that waits for a login; there is at most one. */
export const openOutage = (state: TokenState): Outage | undefined =>
  state.outages.find(({ reauthorizedAt }) => reauthorizedAt === undefined)

/** How a token came about that was just proven: what has the login of the one before it comes from a refresh, whoever stored it. */
export const originOf = (
  { source, token }: Candidate,
  current: Token | undefined,
  proven: boolean,
  state: TokenState,
): ProvenToken['how'] => {
  if (source === 'previous' || isLogin(token, state.loggedInAt)) return 'refresh'
  if (source === 'current') return proven ? 'refresh' : 'by_hand'
  return token.loggedInAt === undefined || isLogin(token, current?.loggedInAt) ? 'refresh' : 'login'
}

const isLogin = ({ loggedInAt }: Token, at: number | undefined): boolean => loggedInAt !== undefined && loggedInAt === at
