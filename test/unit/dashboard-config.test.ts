import { describe, expect, it } from 'vitest'
import { hostedConfig } from '../../dashboard/hosted-config.ts'
import { contentSecurityPolicy, escapeAttribute } from '../../dashboard/page-config.ts'

const URL_ = 'https://abc.supabase.co'
const jwt = (role: string): string => ['head', Buffer.from(JSON.stringify({ role })).toString('base64url'), 'signature'].join('.')

describe('the configuration of a hosted page', () => {
  it('is the address and the publishable key', () => {
    expect(hostedConfig({ SUPABASE_URL: `${URL_}/`, SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_x' })).toEqual({
      mode: 'hosted',
      supabaseUrl: URL_,
      publishableKey: 'sb_publishable_x',
    })
  })

  it('takes the public key of the former kind', () => {
    expect(hostedConfig({ SUPABASE_URL: URL_, SUPABASE_PUBLISHABLE_KEY: jwt('anon') }).publishableKey).toBe(jwt('anon'))
  })

  it.each([['sb_secret_x'], [jwt('service_role')]])('refuses a key that may write, and does not repeat it: %s', (key) => {
    const build = (): unknown => hostedConfig({ SUPABASE_URL: URL_, SUPABASE_PUBLISHABLE_KEY: key })
    expect(build).toThrow('holds a secret key')
    expect(build).not.toThrow(key)
  })

  it.each([
    ['no address', { SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_x' }, 'needs SUPABASE_URL'],
    ['no key', { SUPABASE_URL: URL_ }, 'needs SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY'],
    ['an address that is none', { SUPABASE_URL: 'abc', SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_x' }, 'is no address'],
    ['another thing for a key', { SUPABASE_URL: URL_, SUPABASE_PUBLISHABLE_KEY: 'hello' }, 'is no publishable key'],
  ])('says what is wrong with %s', (_, env, sentence) => {
    expect(() => hostedConfig(env)).toThrow(sentence)
  })
})

describe('the policy of the page', () => {
  it('lets it talk to its own server and its database, and to nobody else', () => {
    expect(contentSecurityPolicy('/supabase')).toContain("connect-src 'self';")
    expect(contentSecurityPolicy(URL_)).toContain(`connect-src 'self' ${URL_} wss://abc.supabase.co;`)
    expect(contentSecurityPolicy(URL_)).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
  })
})

describe('a value in an attribute', () => {
  it('cannot end it', () => {
    expect(escapeAttribute('{"a":"<&"}')).toBe('{&quot;a&quot;:&quot;&lt;&amp;&quot;}')
  })
})
