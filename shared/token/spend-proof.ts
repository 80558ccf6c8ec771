import { BudgetSpent } from '../domain/errors.ts'
import type { TokenDeps } from './token-deps.ts'

export type ProofDeps = Pick<TokenDeps, 'proof' | 'budget' | 'limits' | 'clock'>

/** Proves an access token by a call that counts like any other. Fails with BudgetSpent, and as the proof does. */
export const spendProof = async (accessToken: string, deps: ProofDeps): Promise<void> => {
  if ((await takeCall(deps)) === 0) throw new BudgetSpent('the calls of a minute are used up: the token is proven in the next')
  await deps.proof.prove(accessToken)
}

/** For a person who waits: the call is counted, and made though none is left. */
export const proveForPerson = async (accessToken: string, deps: ProofDeps): Promise<void> => {
  await takeCall(deps)
  await deps.proof.prove(accessToken)
}

const takeCall = async ({ budget, limits, clock }: ProofDeps): Promise<number> => {
  const { requestsPerMinute: perMinute, backfillPerMinute } = limits
  return (await budget.beginFetch({ now: clock(), live: 1, backfill: 0, perMinute, backfillPerMinute })).live
}
