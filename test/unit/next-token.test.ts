import { describe, expect, it } from 'vitest'
import { refreshedToken, tokenOfLogin } from '../../shared/domain/next-token.ts'
import { formatToken, parseToken, type Token } from '../../shared/domain/token.ts'

const NOW = 1_768_320_000_123
const token: Token = {
  accessToken: 'a',
  refreshToken: 'r',
  accessExpiresAt: 5,
  loggedInAt: 1000,
  rest: { scope: 'api', id_token: 'i', expires_in: '3600' },
}

describe('refreshedToken', () => {
  it('takes what the answer says and keeps the time of the login', () => {
    expect(refreshedToken(token, { accessToken: 'b', refreshToken: 's', expiresInSeconds: 60, idToken: 'j' }, NOW)).toEqual({
      accessToken: 'b',
      refreshToken: 's',
      accessExpiresAt: NOW + 60_000,
      loggedInAt: 1000,
      rest: { scope: 'api', id_token: 'j', expires_in: 60 },
    })
  })

  it.each([
    ['left out', undefined],
    ['empty', ''],
  ])('keeps the refresh token and the identity that are %s, and takes half an hour', (_name, text) => {
    expect(refreshedToken(token, { accessToken: 'b', refreshToken: text, idToken: text }, NOW)).toEqual({
      accessToken: 'b',
      refreshToken: 'r',
      accessExpiresAt: NOW + 1_800_000,
      loggedInAt: 1000,
      rest: { scope: 'api', id_token: 'i', expires_in: 1800 },
    })
  })

  it('does not invent a login that is not known', () => {
    expect(refreshedToken({ ...token, loggedInAt: undefined }, { accessToken: 'b' }, NOW).loggedInAt).toBeUndefined()
  })
})

describe('tokenOfLogin', () => {
  it('begins now, on a whole second, so that it is the same when it is read again', () => {
    const made = tokenOfLogin({ accessToken: 'b', refreshToken: 's', idToken: 'j' }, NOW)
    expect(made).toMatchObject({ accessExpiresAt: NOW + 1_800_000, loggedInAt: 1_768_320_000_000 })
    expect(parseToken(formatToken(made))).toEqual({ ...made, accessExpiresAt: 1_768_321_800_000 })
  })

  it.each([undefined, ''])('refuses an answer with the refresh token %s', (refreshToken) => {
    expect(() => tokenOfLogin({ accessToken: 'secret', refreshToken }, NOW)).toThrow(/no refresh_token/)
  })
})
