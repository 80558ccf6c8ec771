import type { Token } from '../domain/token.ts'
import { compareAccounts } from '../domain/token-account.ts'
import type { StoredToken } from './stored-token.ts'

/** A stored token that may take the place of the current one, or be it. */
export type Candidate = StoredToken & { readonly source: 'pending' | 'current' | 'previous' }

type Version = { readonly versionId: string; readonly token: Token | undefined }

export type Versions = {
  readonly current: Version
  readonly pending: Version | undefined
  readonly previous: Version | undefined
  /** False: it was put by hand, and nobody knows yet what it is worth. */
  readonly isCurrentProven: boolean
}

/**
 * What to try, in this order. A pending version that goes on from the current one comes first: where a refresh ends the refresh token
 * before it, the current one is dead already. The one before the current is the last: what was put by hand may be worth less than it, even
 * when it worked for a while. Only a pending one of an earlier login comes after it. One of another account, or of
 * nobody knows whose, is left to the person who logged in with it.
 */
export const candidatesOf = ({ current, pending, previous, isCurrentProven }: Versions): readonly Candidate[] => {
  const first = pending?.token !== undefined && goesOnFrom(pending.token, current.token)
  const fits = pending?.token !== undefined && belongsTo(pending.token, current.token ?? previous?.token)
  // Its access token may still live, its refresh token does not: made current it would push out the later login before the current one.
  const outlived = pending?.token !== undefined && previous?.token !== undefined && isLaterLogin(previous.token, pending.token)
  return [
    ...(first && fits && !outlived ? candidate('pending', pending) : []),
    ...candidate('current', current),
    ...(!first && fits && !outlived ? candidate('pending', pending) : []),
    ...(isCurrentProven && previous?.token !== undefined && !belongsTo(previous.token, current.token)
      ? []
      : candidate('previous', previous)),
    ...(fits && outlived ? candidate('pending', pending) : []),
  ]
}

/** A refresh keeps the time of the login, and a later login replaces an earlier. */
export const goesOnFrom = (token: Token, current: Token | undefined): boolean =>
  current === undefined || token.loggedInAt === current.loggedInAt || isLaterLogin(token, current)

/** Where both say when they were. */
export const isLaterLogin = (token: Token, other: Token): boolean =>
  token.loggedInAt !== undefined && other.loggedInAt !== undefined && token.loggedInAt > other.loggedInAt

/** Of one account; where one of the two does not say, of one login. Whose else it may be is a person's to say. */
const belongsTo = (token: Token, held: Token | undefined): boolean => {
  const account = compareAccounts(token, held)
  return account === 'same' || (account === 'unknown' && held !== undefined && token.loggedInAt === held.loggedInAt)
}

const candidate = (source: Candidate['source'], version: Version | undefined): readonly Candidate[] =>
  version?.token === undefined ? [] : [{ source, versionId: version.versionId, token: version.token }]
