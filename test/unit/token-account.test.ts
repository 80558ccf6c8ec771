import { describe, expect, it } from 'vitest'
import { accountOf } from '../../shared/domain/token-account.ts'

const idToken = (payload: string): string => `h.${Buffer.from(payload).toString('base64url')}.s`
const of = (id_token: unknown) => accountOf({ rest: { id_token } })

describe('accountOf', () => {
  it('is the subject of the id_token', () => {
    expect(of(idToken('{"sub":"SIM-0001","iss":"x"}'))).toBe('SIM-0001')
    expect(of(idToken('{"sub":"Zoë?>~ÿ"}'))).toBe('Zoë?>~ÿ')
  })

  it.each([undefined, null, 7, '', 'x', 'a.b', 'a.%%.c', idToken('{"sub":""}'), idToken('{}'), idToken('[]'), idToken('nothing')])(
    'is unknown for %j',
    (text) => {
      expect(of(text)).toBeUndefined()
    },
  )
})
