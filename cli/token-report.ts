import { PipelineError, TokenUnreadable } from '../shared/domain/errors.ts'
import type { Outage, TokenState } from '../shared/domain/outage.ts'
import { HOUR } from '../shared/domain/time.ts'
import { parseToken, refreshExpiresAt, type Token } from '../shared/domain/token.ts'
import type { SecretVersion, SecretVersions, TokenBook, TokenHistoryEntry } from '../shared/ports.ts'
import { OUTAGE_TEXTS } from '../shared/token/outage-texts.ts'
import { CommandFailed } from './command.ts'

/** The first warning comes so long before the refresh token dies. */
export const EXPIRING = 48 * HOUR

/** What there is to say about the token without showing it. Times are epoch milliseconds. */
export type TokenReport = {
  /** `missing`: the secret has no value. `dead`: only a person's login or another token helps. `expiring`: dies within 48 hours. */
  readonly state: 'alive' | 'expiring' | 'dead' | 'missing'
  /** Why it is dead or missing, in plain words. */
  readonly why: string | undefined
  readonly versionId: string | undefined
  /** Whether this version was proven by a data call; else it was put by hand and nobody has tried it yet. Undefined: the database does not say. */
  readonly proven: boolean | undefined
  readonly loggedInAt: number | undefined
  readonly accessExpiresAt: number | undefined
  readonly refreshExpiresAt: number | undefined
  /** The outage that waits for a login. */
  readonly openOutage: Outage | undefined
  /** Outages after whose login not everything is fetched yet. */
  readonly recovering: readonly Outage[]
  /** Newest first. */
  readonly history: readonly TokenHistoryEntry[]
  /** Why the database could not be asked. */
  readonly bookProblem: string | undefined
}

/** Reads the secret and the database. `openBook` may fail: the report then says so. Fails with AwsUnavailable, and with TokenUnreadable when AWS refuses to show the secret. */
export const tokenReport = async (
  secret: Pick<SecretVersions, 'current'>,
  openBook: () => Promise<Pick<TokenBook, 'tokenState' | 'tokenHistory'>>,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<TokenReport> => {
  const current = await currentOrNothing(secret)
  const book = await askBook(openBook, limit)
  const state = 'state' in book ? book.state : undefined
  const openOutage = state?.outages.find(({ reauthorizedAt }) => reauthorizedAt === undefined)
  const { token, problem } = readToken(current)
  const proven = state && current && state.provenVersion === current.versionId
  const loggedInAt = token?.loggedInAt ?? (proven === true ? state?.loggedInAt : undefined)
  const endsAt = refreshExpiresAt({ loggedInAt })
  const died = current !== undefined && state?.deadVersion === current.versionId
  const { state: word, why } = judge({ current, problem, died, openOutage, endsAt, now })
  return {
    state: word,
    why,
    versionId: current?.versionId,
    proven,
    loggedInAt,
    accessExpiresAt: token === undefined || token.accessExpiresAt === 0 ? undefined : token.accessExpiresAt,
    refreshExpiresAt: endsAt,
    openOutage,
    recovering: state?.outages.filter(({ reauthorizedAt }) => reauthorizedAt !== undefined) ?? [],
    history: 'history' in book ? book.history : [],
    bookProblem: 'problem' in book ? book.problem : undefined,
  }
}

/** The current version, or undefined while the secret has no value. */
export const currentOrNothing = async (secret: Pick<SecretVersions, 'current'>): Promise<SecretVersion | undefined> => {
  try {
    return await secret.current()
  } catch (error) {
    // Secrets Manager's name for a secret without a value, and for none of that name.
    if (error instanceof TokenUnreadable && error.cause instanceof Error && error.cause.name === 'ResourceNotFoundException')
      return undefined
    throw error
  }
}

type Book = { readonly state: TokenState; readonly history: readonly TokenHistoryEntry[] } | { readonly problem: string }

const askBook = async (openBook: () => Promise<Pick<TokenBook, 'tokenState' | 'tokenHistory'>>, limit: number): Promise<Book> => {
  try {
    const book = await openBook()
    return { state: await book.tokenState(), history: await book.tokenHistory(limit) }
  } catch (error) {
    if (error instanceof PipelineError || error instanceof CommandFailed) return { problem: error.message }
    throw error
  }
}

const readToken = (current: SecretVersion | undefined): { readonly token?: Token; readonly problem?: string } => {
  if (current === undefined) return {}
  try {
    return { token: parseToken(current.value) }
  } catch (error) {
    if (error instanceof TokenUnreadable) return { problem: error.message }
    throw error
  }
}

type Verdict = Pick<TokenReport, 'state' | 'why'>

const judge = (facts: {
  readonly current: SecretVersion | undefined
  readonly problem: string | undefined
  readonly died: boolean
  readonly openOutage: Outage | undefined
  readonly endsAt: number | undefined
  readonly now: number
}): Verdict => {
  const { current, problem, died, openOutage, endsAt = Infinity, now } = facts
  if (current === undefined) return { state: 'missing', why: 'the secret has no value yet: log in with kite reauth' }
  if (problem !== undefined) return { state: 'dead', why: problem }
  if (died) return { state: 'dead', why: openOutage === undefined ? 'it was found dead' : OUTAGE_TEXTS[openOutage.reason] }
  if (endsAt <= now) return { state: 'dead', why: 'the login has ended, seven days after it was made' }
  return { state: endsAt - now <= EXPIRING ? 'expiring' : 'alive', why: undefined }
}
