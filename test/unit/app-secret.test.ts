import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { parseAppSecret } from '../../shared/adapters/app-secret.ts'
import { readEnv } from '../../shared/lambda/env.ts'

const secret = {
  schwabAppKey: 'secret-key',
  schwabAppSecret: 'secret-secret',
  supabaseUrl: 'https://secret.supabase.co',
  supabaseSecretKey: 'sb_secret_1',
  signingKey: 'secret-of-thirty-two-characters-1',
}
const failure = (read: () => unknown): string => {
  try {
    read()
  } catch (error) {
    return String(error)
  }
  return 'no failure'
}

describe('the application secret', () => {
  it('is read from its JSON, unknown fields left out', () => {
    expect(parseAppSecret(JSON.stringify({ ...secret, note: 'mine' }))).toEqual(secret)
  })

  it('has two fields that can be left out, and stops nobody when they are of no use', () => {
    const more = { supabasePublishableKey: 'sb_publishable_1', callbackUrl: 'https://127.0.0.1:8182' }
    expect(parseAppSecret(JSON.stringify({ ...secret, ...more }))).toEqual({ ...secret, ...more })
    expect(parseAppSecret(JSON.stringify({ ...secret, supabasePublishableKey: '', callbackUrl: 'nowhere' }))).toEqual(secret)
  })

  it.each([
    ['a missing field', { ...secret, schwabAppKey: undefined }, 'no usable schwabAppKey:'],
    ['an empty field', { ...secret, supabaseSecretKey: '' }, 'no usable supabaseSecretKey:'],
    ['two wrong fields', { ...secret, supabaseUrl: 'secret-host', schwabAppSecret: 7 }, 'no usable schwabAppSecret, supabaseUrl:'],
    ['an address that Supabase has not', { ...secret, supabaseUrl: 'ftp://secret-host' }, 'no usable supabaseUrl:'],
    ['a signing key that could be guessed', { ...secret, signingKey: 'secret-short' }, 'no usable signingKey:'],
    ['another JSON', 'secret-text', 'no usable the whole:'],
  ])('is refused for %s by name, no value being quoted (invariant 5)', (_name, stored, said) => {
    const message = failure(() => parseAppSecret(JSON.stringify(stored)))
    expect(message).toContain(said)
    expect(message).not.toMatch(/secret-|sb_secret/)
  })

  it('is refused without being quoted when it is no JSON', () => {
    const message = failure(() => parseAppSecret('secret-text'))
    expect(message).toContain('it is a JSON object with schwabAppKey, schwabAppSecret, supabaseUrl, supabaseSecretKey')
    expect(message).not.toContain('secret-text')
  })
})

describe('the environment', () => {
  const Env = z.object({ QUEUE_URL: z.url(), LIMIT: z.coerce.number().int().positive(), TIMEOUT_MS: z.coerce.number().default(8000) })

  it('is read through a schema, with numbers from text and defaults', () => {
    expect(readEnv(Env, { QUEUE_URL: 'https://queue', LIMIT: '120', OTHER: 'x' })).toEqual({
      QUEUE_URL: 'https://queue',
      LIMIT: 120,
      TIMEOUT_MS: 8000,
    })
  })

  it('is refused by the names of all that is missing or wrong, no value being quoted', () => {
    const message = failure(() => readEnv(Env, { LIMIT: 'secret-value' }))
    expect(message).toContain('QUEUE_URL, LIMIT')
    expect(message).not.toContain('secret-value')
  })
})
