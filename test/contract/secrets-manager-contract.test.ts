import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAwsEndpoints, type AwsEndpoints } from '../../local/aws/endpoints.ts'
import { secretsManager } from '../../shared/adapters/secrets-manager.ts'
import type { SecretVersions } from '../../shared/ports.ts'
import { memorySecret } from '../fakes/memory-secret.ts'

type Subject = { readonly secret: SecretVersions; readonly putByHand: (value: string) => Promise<void> }

let endpoints: AwsEndpoints
let client: SecretsManagerClient
let made = 0

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'secrets-'))
  endpoints = await startAwsEndpoints({ dir, port: 0, clock: Date.now, onEvent: () => undefined, log: () => undefined })
  client = new SecretsManagerClient({
    region: 'us-east-1',
    endpoint: endpoints.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
})
afterAll(() => endpoints.stop())

const overHttp = (value?: string): Subject => {
  const secretId = `token-${++made}`
  const token = crypto.randomUUID()
  endpoints.secrets['CreateSecret']?.({ Name: secretId, ClientRequestToken: token, ...(value !== undefined && { SecretString: value }) })
  return {
    secret: secretsManager({ client, secretId }),
    putByHand: async (text) => void (await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: text }))),
  }
}

const inMemory = (value?: string): Subject => {
  const secret = memorySecret(value, Date.now)
  return { secret, putByHand: async (text) => void secret.putCurrent(text) }
}

describe.each([
  ['Secrets Manager', overHttp],
  ['memory', inMemory],
])('the versions of a secret in %s', (_name, make) => {
  it('begin with the current one and none pending', async () => {
    const { secret } = make('one')
    expect(await secret.current()).toMatchObject({ value: 'one' })
    expect(await secret.pending()).toBeUndefined()
  })

  it('say which one is current without what it says, after every change', async () => {
    const { secret, putByHand } = make('one')
    const first = await secret.currentVersionId()
    expect(first).toBe((await secret.current()).versionId)
    const second = await secret.putPending('two')
    expect(await secret.currentVersionId()).toBe(first)
    await secret.promote(second, first)
    expect(await secret.currentVersionId()).toBe(second)
    await putByHand('three')
    expect(await secret.currentVersionId()).toBe((await secret.current()).versionId)
  })

  it('have no current one to name while nothing was stored', async () => {
    await expect(make().secret.currentVersionId()).rejects.toMatchObject({ code: 'TOKEN_UNREADABLE' })
  })

  it('are a hundred a day at most, and say so before one is refused', async () => {
    const { secret, putByHand } = make('one')
    for (let version = 2; version < 100; version++) await putByHand(`value ${version}`)
    expect(await secret.room(Date.now())).toMatchObject({ left: 1 })
    await putByHand('the last')
    const { left, freesAt } = await secret.room(Date.now())
    expect(left).toBe(0)
    expect(Math.abs(freesAt - Date.now() - 86_400_000)).toBeLessThan(60_000)
    await expect(secret.putPending('one too many')).rejects.toMatchObject({ code: 'SECRET_FULL' })
    expect(await secret.room(Date.now() + 86_400_000 + 60_000)).toMatchObject({ left: 100 })
  })

  it('keep a pending one beside the current one', async () => {
    const { secret } = make('one')
    const versionId = await secret.putPending('two')
    expect(await secret.pending()).toEqual({ versionId, value: 'two' })
    expect(await secret.current()).toMatchObject({ value: 'one' })
  })

  it('take a newer pending one in place of the older', async () => {
    const { secret } = make('one')
    await secret.putPending('two')
    await secret.putPending('three')
    expect(await secret.pending()).toMatchObject({ value: 'three' })
  })

  it('make the pending one current when nobody else was faster, and then have none pending', async () => {
    const { secret } = make('one')
    const { versionId: old } = await secret.current()
    const next = await secret.putPending('two')
    expect(await secret.promote(next, old)).toBe('promoted')
    expect(await secret.current()).toEqual({ versionId: next, value: 'two' })
    expect(await secret.pending()).toBeUndefined()
  })

  it('answer that they have moved, and stay, when somebody stored a value by hand meanwhile', async () => {
    const { secret, putByHand } = make('one')
    const { versionId: old } = await secret.current()
    const next = await secret.putPending('two')
    await putByHand('by hand')
    expect(await secret.promote(next, old)).toBe('moved')
    expect(await secret.current()).toMatchObject({ value: 'by hand' })
    expect(await secret.pending()).toEqual({ versionId: next, value: 'two' })
  })

  it('let exactly one of two rivals win', async () => {
    const { secret } = make('one')
    const { versionId: old } = await secret.current()
    const rivals = [await secret.putPending('two'), await secret.putPending('three')]
    const outcomes = await Promise.all(rivals.map((rival) => secret.promote(rival, old)))
    expect(outcomes.toSorted()).toEqual(['moved', 'promoted'])
    expect((await secret.current()).versionId).toBe(rivals[outcomes.indexOf('promoted')])
  })

  it('answer a repeated promotion like the first', async () => {
    const { secret } = make('one')
    const { versionId: old } = await secret.current()
    const next = await secret.putPending('two')
    await secret.promote(next, old)
    expect(await secret.promote(next, old)).toBe('promoted')
  })

  it("carry notes, each the first holder's for good, which are no value", async () => {
    const { secret } = make('one')
    await secret.putPending('two')
    const before = [await secret.current(), await secret.pending(), await secret.previous()]
    expect(await secret.isNoted('a')).toBe(false)
    const outcomes = await Promise.all(['x', 'y', 'z'].map((holder) => secret.note('a', holder)))
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    expect(await secret.note('a', ['x', 'y', 'z'][outcomes.indexOf(true)] ?? '')).toBe(true)
    expect([await secret.note('b', 'y'), await secret.isNoted('a'), await secret.isNoted('b')]).toEqual([true, true, true])
    expect([await secret.current(), await secret.pending(), await secret.previous()]).toEqual(before)
  })

  it('know the version before the current one, however that came', async () => {
    const { secret, putByHand } = make('one')
    expect(await secret.previous()).toBeUndefined()
    const { versionId: one } = await secret.current()
    await putByHand('by hand')
    expect(await secret.previous()).toEqual({ versionId: one, value: 'one' })
    const { versionId: byHand } = await secret.current()
    await secret.promote(await secret.putPending('three'), byHand)
    expect(await secret.previous()).toEqual({ versionId: byHand, value: 'by hand' })
  })

  it('call the version that was left the one before when they went back', async () => {
    const { secret, putByHand } = make('one')
    const { versionId: old } = await secret.current()
    await putByHand('useless')
    const { versionId: useless } = await secret.current()
    await secret.promote(old, useless)
    expect(await secret.previous()).toEqual({ versionId: useless, value: 'useless' })
  })

  it('make the first of all current, which there is nothing to compare with', async () => {
    const { secret } = make()
    const versionId = await secret.putPending('first')
    expect(await secret.promote(versionId, versionId)).toBe('promoted')
    expect(await secret.current()).toEqual({ versionId, value: 'first' })
    expect(await secret.pending()).toBeUndefined()
  })

  it('can go back to the version before', async () => {
    const { secret, putByHand } = make('one')
    const { versionId: old } = await secret.current()
    await putByHand('useless')
    const { versionId: useless } = await secret.current()
    expect(await secret.promote(old, useless)).toBe('promoted')
    expect(await secret.current()).toEqual({ versionId: old, value: 'one' })
    expect(await secret.pending()).toBeUndefined()
  })

  it('refuse to promote a version that does not exist', async () => {
    const { secret } = make('one')
    const { versionId: old } = await secret.current()
    await expect(secret.promote('0'.repeat(36), old)).rejects.toMatchObject({ code: 'TOKEN_UNREADABLE' })
  })

  it('say so when there is no value at all', async () => {
    await expect(make().secret.current()).rejects.toMatchObject({ code: 'TOKEN_UNREADABLE' })
  })
})
