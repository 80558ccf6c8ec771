import { describe, expect, it } from 'vitest'
import { AwsUnavailable, ClientRefused, GrantRefused } from '../../shared/domain/errors.ts'
import { rereadingEndpoint, type SchwabApp } from '../../shared/lambda/rereading-endpoint.ts'
import { renewed } from '../../shared/lambda/renewed.ts'
import { loginAnswer } from '../fakes/memory-login.ts'

const named = (schwabAppSecret: string): SchwabApp => ({ schwabAppKey: 'key', schwabAppSecret })

/** Schwab accepts `right`; in the secret is `first` when the function starts, and `stored` from then on. */
const world = async (first: string, stored: string) => {
  const tried: string[] = []
  let reads = 0
  const secret = { read: async () => named(stored) }
  const answerOf = (app: SchwabApp) => async () => {
    tried.push(app.schwabAppSecret)
    if (app.schwabAppSecret !== 'right') throw new ClientRefused('no')
    return loginAnswer('new')
  }
  const get = renewed({
    read: () => (++reads === 1 ? Promise.resolve(named(first)) : secret.read()),
    build: (app, reread) => rereadingEndpoint({ ...app, reread }, (known) => ({ refresh: answerOf(known), exchangeCode: answerOf(known) })),
    everyMs: Infinity,
    clock: () => 0,
    onChange: () => undefined,
    onFailure: () => undefined,
  })
  return { tried, secret, get, endpoint: await get(), reads: () => reads }
}

describe('a warm function whose application credentials were wrong at its start', () => {
  it('heals when they are corrected in the secret, at once and in its next invocations', async () => {
    const { endpoint, get, tried, reads } = await world('wrong', 'right')
    expect(await endpoint.refresh('r')).toMatchObject({ accessToken: 'access-new' })
    expect(await endpoint.exchangeCode('c', 'https://127.0.0.1')).toMatchObject({ accessToken: 'access-new' })
    expect(await (await get()).refresh('r')).toMatchObject({ accessToken: 'access-new' })
    expect(tried).toEqual(['wrong', 'right', 'right', 'right'])
    expect(reads()).toBe(2)
  })

  it('asks Schwab once when nobody has corrected them', async () => {
    const { endpoint, tried } = await world('wrong', 'wrong')
    await expect(endpoint.refresh('r')).rejects.toThrow(ClientRefused)
    expect(tried).toEqual(['wrong'])
  })

  it('says that they are refused though the secret cannot be read', async () => {
    const { endpoint, secret } = await world('wrong', 'right')
    secret.read = () => Promise.reject(new AwsUnavailable('down'))
    await expect(endpoint.refresh('r')).rejects.toThrow(ClientRefused)
  })
})

describe('the credentials of a warm function', () => {
  it('are not read again when the grant was refused', async () => {
    let reads = 0
    const app = { ...named('a'), reread: async () => (reads++, named('b')) }
    const refuse = () => Promise.reject(new GrantRefused('no'))
    await expect(rereadingEndpoint(app, () => ({ refresh: refuse, exchangeCode: refuse })).refresh('r')).rejects.toThrow(GrantRefused)
    expect(reads).toBe(0)
  })
})
