import type { PipelineError } from '../../shared/domain/errors.ts'
import { AccessRefused, GrantRefused } from '../../shared/domain/errors.ts'
import type { TokenAnswer, TokenEndpoint, TokenProof } from '../../shared/ports.ts'

export type MemoryLogin = {
  readonly endpoint: Pick<TokenEndpoint, 'exchangeCode'>
  readonly proof: TokenProof
  /** What a code can be exchanged for, once. */
  issue(code: string, answer: TokenAnswer): void
  /** The next exchanges fail so. */
  refuseExchange(...errors: readonly PipelineError[]): void
  /** The next proofs fail so. */
  refuseProof(...errors: readonly PipelineError[]): void
  /** Data calls with this token are refused. */
  ban(accessToken: string): void
  /** Something happens while the next proof is under way. */
  duringProof(happens: () => Promise<void>): void
  readonly exchanges: readonly { readonly code: string; readonly redirectUri: string }[]
  readonly proofs: readonly string[]
}

/** Schwab as a login sees it, in memory. */
export const memoryLogin = (): MemoryLogin => {
  const answers = new Map<string, TokenAnswer>()
  const exchangeErrors: PipelineError[] = []
  const proofErrors: PipelineError[] = []
  const banned = new Set<string>()
  const exchanges: { code: string; redirectUri: string }[] = []
  const proofs: string[] = []
  const happenings: (() => Promise<void>)[] = []
  return {
    exchanges,
    proofs,
    issue: (code, answer) => void answers.set(code, answer),
    refuseExchange: (...errors) => void exchangeErrors.push(...errors),
    refuseProof: (...errors) => void proofErrors.push(...errors),
    ban: (accessToken) => void banned.add(accessToken),
    duringProof: (happens) => void happenings.push(happens),
    endpoint: {
      exchangeCode: async (code, redirectUri) => {
        exchanges.push({ code, redirectUri })
        const error = exchangeErrors.shift()
        if (error !== undefined) throw error
        const answer = answers.get(code)
        answers.delete(code)
        if (answer === undefined) throw new GrantRefused('no such code')
        return answer
      },
    },
    proof: {
      prove: async (accessToken) => {
        proofs.push(accessToken)
        await happenings.shift()?.()
        const error = proofErrors.shift()
        if (error !== undefined) throw error
        if (banned.has(accessToken)) throw new AccessRefused('the token is banned')
      },
    },
  }
}

/** The answer of a login at Schwab. `name` is in each of its tokens. */
export const loginAnswer = (name: string, account = 'account-1'): TokenAnswer => ({
  accessToken: `access-${name}`,
  refreshToken: `refresh-${name}`,
  expiresInSeconds: 1800,
  idToken: `x.${Buffer.from(JSON.stringify({ sub: account })).toString('base64url')}.x`,
})
