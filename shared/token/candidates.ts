import type { Token } from '../domain/token.ts'
import { compareAccounts } from '../domain/token-account.ts'
import type { StoredToken } from './stored-token.ts'

/** A stamp that is further ahead was made by a wrong clock, milliseconds. */
export const CLOCKS_DIFFER = 5_000

/** A stored token that may take the place of the current one, or be it. */
export type Candidate = StoredToken & { readonly source: 'pending' | 'current' | 'previous' }

type Version = { readonly versionId: string; readonly token: Token | undefined }

export type Versions = {
  readonly current: Version
  readonly pending: Version | undefined
  readonly previous: Version | undefined
  /** False: it was put by hand, and nobody knows yet what it is worth. */
  readonly isCurrentProven: boolean
  /** Epoch milliseconds. */
  readonly now: number
}

/**
 * What to try, in this order. A pending version that goes on from the current one comes first: where a refresh ends the refresh token
 * before it, the current one is dead already. The one before the current is the last: what was put by hand may be worth less than it, even
 * when it worked for a while. Only a pending one of an earlier login comes after it. One of another account, or of
 * nobody knows whose, is left to the person who logged in with it.
 */
export const candidatesOf = ({ current, pending, previous, isCurrentProven, now }: Versions): readonly Candidate[] => {
  const first = pending?.token !== undefined && goesOnFrom(pending.token, current.token, now)
  const fits = pending?.token !== undefined && belongsTo(pending.token, current.token ?? previous?.token)
  // Its access token may still live, its refresh token does not: made current it would push out the later login before the current one.
  const outlived = pending?.token !== undefined && previous?.token !== undefined && mayBeLater(previous.token, pending.token, now)
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
export const goesOnFrom = (token: Token, current: Token | undefined, now: number): boolean =>
  current === undefined || token.loggedInAt === current.loggedInAt || isLaterLogin(token, current, now)

/** Where both say when they were. A time that is still to come was stamped by a wrong clock, and says nothing. */
export const isLaterLogin = (token: Token, other: Token, now: number): boolean => {
  const [mine, theirs] = [loginOf(token, now), loginOf(other, now)]
  return mine !== undefined && theirs !== undefined && mine > theirs
}

/** Also where one of the stamps says nothing: the one that is put off loses nothing by it. */
const mayBeLater = (token: Token, other: Token, now: number): boolean =>
  isLaterLogin(token, other, now) || (token.loggedInAt !== other.loggedInAt && (isAhead(token, now) || isAhead(other, now)))

const isAhead = ({ loggedInAt = 0 }: Token, now: number): boolean => loggedInAt > now + CLOCKS_DIFFER

const loginOf = (token: Token, now: number): number | undefined => (isAhead(token, now) ? undefined : token.loggedInAt)

/** Of one account; where one of the two does not say, of one login. Whose else it may be is a person's to say. */
const belongsTo = (token: Token, held: Token | undefined): boolean => {
  const account = compareAccounts(token, held)
  return account === 'same' || (account === 'unknown' && held !== undefined && token.loggedInAt === held.loggedInAt)
}

const candidate = (source: Candidate['source'], version: Version | undefined): readonly Candidate[] =>
  version?.token === undefined ? [] : [{ source, versionId: version.versionId, token: version.token }]
