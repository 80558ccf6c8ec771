import { describe, expect, it } from 'vitest'
import { AwsUnavailable, ClientRefused, GrantRefused } from '../../shared/domain/errors.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { type Credentials, rereadingEndpoint, warmCredentials } from '../../shared/lambda/warm-credentials.ts'
import { loginAnswer } from '../fakes/memory-login.ts'

const named = (appSecret: string): Credentials => ({ appKey: 'key', appSecret })

/** Schwab accepts `right`; the function started with `first`, and in the secret is `stored`. */
const world = (first: string, stored: string) => {
  const time = { now: 0 }
  const tried: string[] = []
  const secret = { read: async () => named(stored) }
  const credentials = warmCredentials(
    named(first),
    () => secret.read(),
    () => time.now,
  )
  const endpoint = rereadingEndpoint(credentials, ({ appSecret }) => {
    const answer = async () => {
      tried.push(appSecret)
      if (appSecret !== 'right') throw new ClientRefused('no')
      return loginAnswer('new')
    }
    return { refresh: answer, exchangeCode: answer }
  })
  return { time, tried, secret, credentials, endpoint }
}

describe('a warm function whose application credentials were wrong at its start', () => {
  it('heals when they are corrected in the secret', async () => {
    const { endpoint, tried } = world('wrong', 'right')
    expect(await endpoint.refresh('r')).toMatchObject({ accessToken: 'access-new' })
    expect(await endpoint.exchangeCode('c', 'https://127.0.0.1')).toMatchObject({ accessToken: 'access-new' })
    expect(tried).toEqual(['wrong', 'right', 'right'])
  })

  it('asks Schwab once when nobody has corrected them', async () => {
    const { endpoint, tried } = world('wrong', 'wrong')
    await expect(endpoint.refresh('r')).rejects.toThrow(ClientRefused)
    expect(tried).toEqual(['wrong'])
  })

  it('says that they are refused though the secret cannot be read', async () => {
    const { endpoint, secret } = world('wrong', 'right')
    secret.read = () => Promise.reject(new AwsUnavailable('down'))
    await expect(endpoint.refresh('r')).rejects.toThrow(ClientRefused)
  })
})

describe('the credentials of a warm function', () => {
  it('are five minutes old at most', async () => {
    const { time, credentials } = world('right', 'newer')
    time.now = 5 * MINUTE - 1
    expect(await credentials.known()).toEqual(named('right'))
    time.now = 5 * MINUTE
    expect(await credentials.known()).toEqual(named('newer'))
  })

  it('are not read anew when the grant was refused', async () => {
    let reads = 0
    const credentials = warmCredentials(
      named('a'),
      async () => (reads++, named('b')),
      () => 0,
    )
    const refuse = () => Promise.reject(new GrantRefused('no'))
    await expect(rereadingEndpoint(credentials, () => ({ refresh: refuse, exchangeCode: refuse })).refresh('r')).rejects.toThrow(
      GrantRefused,
    )
    expect(reads).toBe(0)
  })
})
