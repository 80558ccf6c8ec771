import { AccessRefused, ClientRefused, GrantRefused, type PipelineError } from '../../shared/domain/errors.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import type { Clock, TokenAnswer, TokenEndpoint, TokenProof } from '../../shared/ports.ts'

export type MemorySchwabToken = {
  readonly endpoint: TokenEndpoint
  readonly proof: TokenProof
  /** What becomes of the refresh token at a refresh. */
  rotation: 'none' | 'rotate' | 'rotate-and-kill-old'
  /** Answers in place of any other, at both endpoints or at one. */
  failure: PipelineError | undefined
  tokenFailure: PipelineError | undefined
  /** 401 to every data call. */
  refusesData: boolean
  /** The key or secret of the app is wrong. */
  refusesClient: boolean
  /** What the next answers leave out. */
  omits: readonly (keyof TokenAnswer)[]
  /** Hands out a token, and kills the refresh tokens before it, as a login does. */
  logIn(account?: string): Required<{ [Field in keyof TokenAnswer]: NonNullable<TokenAnswer[Field]> }>
  /** Refuses all refresh tokens from now on. */
  revoke(): void
  /** Takes the refusal of a refresh token back. */
  revive(refreshToken: string, account?: string): void
  /** The access tokens end. */
  expireAccess(): void
  isAccessGood(accessToken: string): boolean
  isRefreshGood(refreshToken: string): boolean
  readonly refreshes: readonly string[]
  readonly proofs: readonly string[]
}

const LIFE = 30 * MINUTE

/** Schwab's side of a token, in memory. All its tokens contain the word `secret`. */
export const memorySchwabToken = (clock: Clock): MemorySchwabToken => {
  const access = new Map<string, number>()
  const living = new Map<string, string>()
  const refreshes: string[] = []
  const proofs: string[] = []
  let made = 0

  const issue = (refreshToken: string, account: string) => {
    const accessToken = `secret-access-${++made}`
    access.set(accessToken, clock() + LIFE)
    const claims = Buffer.from(JSON.stringify({ sub: account })).toString('base64url')
    return { accessToken, refreshToken, expiresInSeconds: LIFE / 1000, idToken: `secret.${claims}.x` }
  }
  const issueRefresh = (account: string): string => {
    const refreshToken = `secret-refresh-${++made}`
    living.set(refreshToken, account)
    return refreshToken
  }

  const self: MemorySchwabToken = {
    rotation: 'none',
    failure: undefined,
    tokenFailure: undefined,
    refusesData: false,
    refusesClient: false,
    omits: [],
    refreshes,
    proofs,
    logIn: (account = 'person-1') => {
      living.clear()
      return issue(issueRefresh(account), account)
    },
    revoke: () => living.clear(),
    revive: (refreshToken, account = 'person-1') => void living.set(refreshToken, account),
    expireAccess: () => access.clear(),
    isAccessGood: (accessToken) => (access.get(accessToken) ?? 0) > clock(),
    isRefreshGood: (refreshToken) => living.has(refreshToken),
    endpoint: {
      refresh: async (refreshToken) => {
        refreshes.push(refreshToken)
        const failure = self.failure ?? self.tokenFailure
        if (failure !== undefined) throw failure
        if (self.refusesClient) throw new ClientRefused('refused')
        const account = living.get(refreshToken)
        if (account === undefined) throw new GrantRefused('refused')
        if (self.rotation === 'rotate-and-kill-old') living.delete(refreshToken)
        const answer = issue(self.rotation === 'none' ? refreshToken : issueRefresh(account), account)
        return Object.fromEntries(
          Object.entries(answer).filter(([field]) => !self.omits.some((omitted) => omitted === field)),
        ) as TokenAnswer
      },
      exchangeCode: () => Promise.reject(new Error('nobody logs in by code here')),
    },
    proof: {
      prove: async (accessToken) => {
        proofs.push(accessToken)
        if (self.failure !== undefined) throw self.failure
        if (self.refusesData || !self.isAccessGood(accessToken)) throw new AccessRefused('refused')
      },
    },
  }
  return self
}
