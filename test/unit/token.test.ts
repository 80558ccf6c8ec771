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
    expect(failure(text)).toContain('TokenUnreadable: ')
    expect(failure(text)).not.toContain('secret-text')
  })
})

const schwabdev = {
  access_token_issued: '2026-01-05T15:30:00.123456+00:00',
  refresh_token_issued: '2026-01-05T09:00:00.654321-05:00',
  token_dictionary: { ...flat, expires_at: undefined },
}
const ISSUED = Date.parse('2026-01-05T15:30:00.123Z')

describe('a token of another tool', () => {
  it('of Schwabdev brings the time of its login and the end of its access token', () => {
    expect(parseToken(JSON.stringify(schwabdev))).toEqual({
      ...parseToken(JSON.stringify(schwabPy)),
      accessExpiresAt: ISSUED + 1800 * 1000,
      loggedInAt: Date.parse('2026-01-05T14:00:00Z'),
    })
  })

  it('of an older Schwabdev, whose times have no zone, has no known times', () => {
    const text = JSON.stringify({
      ...schwabdev,
      access_token_issued: '2026-01-05T15:30:00.123456',
      refresh_token_issued: '2026-01-05T14:00:00',
    })
    expect(parseToken(text)).toMatchObject({ accessToken: 'I0.access@', accessExpiresAt: 0, loggedInAt: undefined })
  })

  it('may say null for what the tool did not know', () => {
    const text = JSON.stringify({ creation_timestamp: null, token: { ...flat, expires_at: null, id_token: null } })
    const { id_token: _, ...rest } = parseToken(JSON.stringify(schwabPy)).rest
    expect(parseToken(text)).toEqual({ ...parseToken(JSON.stringify(flat)), accessExpiresAt: 0, rest })
  })

  it('may begin with a byte order mark', () => {
    expect(parseToken(`\ufeff${JSON.stringify(schwabPy)}`)).toEqual(parseToken(JSON.stringify(schwabPy)))
  })

  it.each([
    ['not JSON', '{"token": {\n  "access_token": “marked”}}', 'the token is not JSON: look at line 2, column 19'],
    ['cut off', '{"token": {', 'the token is not JSON: look at line 1, column 12'],
    ['empty', ' \n', 'the token is empty'],
    ['UTF-16 that somebody read as UTF-8', '\ufffd\ufffd{\0"\0', 'the token has an encoding that cannot be read: save it as UTF-8'],
    ['of another kind', '["marked"]', 'the token has none of the fields that tell what it is: the token file of schwab-py (token), the'],
    [
      'of schwab-py without a field',
      JSON.stringify({ token: { refresh_token: 'marked' } }),
      'the token file of schwab-py has no token.access_token',
    ],
    [
      'of schwab-py with a wrong field',
      JSON.stringify({ ...schwabPy, creation_timestamp: 'marked' }),
      'the token file of schwab-py has an unusable creation_timestamp',
    ],
    [
      'of Schwabdev without a field',
      JSON.stringify({ token_dictionary: { refresh_token: 'marked' } }),
      'the token file of Schwabdev has no token_dictionary.access_token',
    ],
    [
      'a bare answer with a wrong field',
      JSON.stringify({ ...flat, expires_in: 'marked' }),
      "Schwab's token answer has an unusable expires_in",
    ],
  ])('is refused with the reason and the place: %s', (_, text, problem) => {
    expect(failure(text)).toContain(`TokenUnreadable: ${problem}`)
    expect(failure(text)).not.toContain('marked')
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
