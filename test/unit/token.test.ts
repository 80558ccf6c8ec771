import { describe, expect, it } from 'vitest'
import { formatToken, parseToken, refreshExpiresAt } from '../../shared/domain/token.ts'

const LOGIN = 1_767_625_200
const schwabPy = {
  creation_timestamp: LOGIN,
  token: {
    expires_in: 1800,
    token_type: 'Bearer',
    scope: 'api',
    refresh_token: 'refresh@',
    access_token: 'I0.access@',
    id_token: 'jwt',
    expires_at: LOGIN + 1800,
  },
}
const { token: flat } = schwabPy
const failure = (text: string): string => {
  try {
    parseToken(text)
  } catch (error) {
    return String(error)
  }
  return 'no failure'
}

describe('parseToken', () => {
  it('reads the file of schwab-py', () => {
    expect(parseToken(JSON.stringify(schwabPy))).toEqual({
      accessToken: 'I0.access@',
      refreshToken: 'refresh@',
      accessExpiresAt: (LOGIN + 1800) * 1000,
      loggedInAt: LOGIN * 1000,
      rest: { expires_in: 1800, token_type: 'Bearer', scope: 'api', id_token: 'jwt' },
    })
  })

  it('reads the flat answer of Schwab, which does not say when the person logged in', () => {
    expect(parseToken(JSON.stringify(flat))).toMatchObject({ accessToken: 'I0.access@', refreshToken: 'refresh@', loggedInAt: undefined })
  })

  it('reads a flat answer that somebody gave the time of the login', () => {
    const text = JSON.stringify({ ...flat, creation_timestamp: `${LOGIN}` })
    expect(parseToken(text)).toEqual(parseToken(JSON.stringify(schwabPy)))
  })

  it('does not guess at times in milliseconds: they count as left out', () => {
    const text = JSON.stringify({ creation_timestamp: LOGIN * 1000, token: { ...flat, expires_at: (LOGIN + 1800) * 1000 } })
    expect(parseToken(text)).toMatchObject({ accessExpiresAt: 0, loggedInAt: undefined })
  })

  it('reads numbers that were stored as text', () => {
    const text = JSON.stringify({ creation_timestamp: `${LOGIN}`, token: { ...flat, expires_at: `${LOGIN + 1800}.5`, expires_in: '1800' } })
    expect(parseToken(text)).toMatchObject({ accessExpiresAt: (LOGIN + 1800.5) * 1000, loggedInAt: LOGIN * 1000 })
  })

  it('keeps the login of a file with fractions of a second when it is written and read again', () => {
    const token = parseToken(JSON.stringify({ ...schwabPy, creation_timestamp: LOGIN + 0.75 }))
    expect(token.loggedInAt).toBe(LOGIN * 1000)
    expect(parseToken(formatToken(token))).toEqual(token)
  })

  it('takes a token without expires_at as ended', () => {
    expect(parseToken(JSON.stringify({ ...flat, expires_at: undefined })).accessExpiresAt).toBe(0)
  })

  it.each([
    ['schwab-py', { creation_timestamp: LOGIN, token: { access_token: 'secret-text', expires_in: '3600' } }],
    ['flat', { access_token: 'secret-text', expires_in: '3600', token_type: 'Bearer' }],
    ['flat, with an empty refresh_token,', { access_token: 'secret-text', refresh_token: '', expires_in: 3600 }],
  ])('refuses a client-credentials token in the %s shape and says what to do', (_shape, stored) => {
    expect(failure(JSON.stringify(stored))).toMatch(/no refresh_token.*client-credentials.*log in/)
    expect(failure(JSON.stringify(stored))).not.toContain('secret-text')
  })

  it.each([
    ['text that is no JSON', 'secret-text'],
    ['another JSON', '["secret-text"]'],
    ['a time that is no number', JSON.stringify({ ...flat, access_token: 'secret-text', expires_at: 'secret-text' })],
    [
      'a token that was pasted with a line break, which no header can carry',
      JSON.stringify({ ...flat, access_token: 'secret-text\nhalf' }),
    ],
  ])('refuses %s without quoting it (invariant 5)', (_name, text) => {
    expect(failure(text)).toMatch(/TokenUnreadable|schwab-py/)
    expect(failure(text)).not.toContain('secret-text')
  })
})

describe('formatToken', () => {
  it('writes the file of schwab-py as it was read', () => {
    expect(JSON.parse(formatToken(parseToken(JSON.stringify(schwabPy))))).toEqual(schwabPy)
  })

  it('turns a flat token into that file', () => {
    expect(JSON.parse(formatToken(parseToken(JSON.stringify(flat))))).toEqual({ token: flat })
  })

  it('writes whole seconds', () => {
    const text = formatToken({ accessToken: 'a', refreshToken: 'r', accessExpiresAt: 1_999, loggedInAt: 2_999, rest: {} })
    expect(JSON.parse(text)).toEqual({ creation_timestamp: 2, token: { access_token: 'a', refresh_token: 'r', expires_at: 1 } })
  })
})

describe('refreshExpiresAt', () => {
  it('is seven days after the login', () => {
    expect(refreshExpiresAt(parseToken(JSON.stringify(schwabPy)))).toBe((LOGIN + 7 * 24 * 3600) * 1000)
  })

  it('is unknown when the login is', () => {
    expect(refreshExpiresAt({ loggedInAt: undefined })).toBeUndefined()
  })
})
