import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startAwsEndpoints, type AwsEndpoints } from '../../local/aws/endpoints.ts'

const DAY = 86_400_000
const BIG_BANG = Date.parse('2026-01-02T14:30:00Z')
let now: number
let dir: string
let logged: unknown[]
let endpoints: AwsEndpoints
let client: SecretsManagerClient

const start = async () => {
  endpoints = await startAwsEndpoints({ dir, port: 0, clock: () => now, onEvent: () => undefined, log: (...entry) => logged.push(entry) })
  client = new SecretsManagerClient({
    region: 'us-east-1',
    endpoint: endpoints.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
}
const create = (name = 'a/secret', value = 'one') => client.send(new CreateSecretCommand({ Name: name, SecretString: value }))
const put = (value: string, more: object = {}) =>
  client.send(new PutSecretValueCommand({ SecretId: 'a/secret', SecretString: value, ...more }))
const get = (more: object = {}) => client.send(new GetSecretValueCommand({ SecretId: 'a/secret', ...more }))
const stages = async () => (await client.send(new DescribeSecretCommand({ SecretId: 'a/secret' }))).VersionIdsToStages
const move = (more: object) =>
  client.send(new UpdateSecretVersionStageCommand({ SecretId: 'a/secret', VersionStage: 'AWSCURRENT', ...more }))
const raw = (target: string, body: string) => fetch(endpoints.url, { method: 'POST', headers: { 'x-amz-target': target }, body })

beforeEach(async () => {
  now = BIG_BANG
  logged = []
  dir = mkdtempSync(join(tmpdir(), 'secrets-'))
  await start()
})
afterEach(() => endpoints.stop())

describe('the local Secrets Manager', () => {
  it('finds a secret by its name, its ARN, and its ARN without the random end', async () => {
    const { ARN = '' } = await create()
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:a\/secret-[A-Za-z0-9]{6}$/)
    for (const SecretId of ['a/secret', ARN, ARN.slice(0, -7)]) expect(await get({ SecretId })).toMatchObject({ ARN, SecretString: 'one' })
  })

  it('stamps times from its clock', async () => {
    await create()
    expect((await get()).CreatedDate).toEqual(new Date(BIG_BANG))
  })

  it('makes the value before the last AWSPREVIOUS, and labels nothing older', async () => {
    const { VersionId: one } = await create()
    const { VersionId: two = '' } = await put('two')
    const { VersionId: three = '' } = await put('three')
    expect(await stages()).toEqual({ [two]: ['AWSPREVIOUS'], [three]: ['AWSCURRENT'] })
    const all = { SecretId: 'a/secret', IncludeDeprecated: true }
    const { Versions = [] } = await client.send(new ListSecretVersionIdsCommand(all))
    expect(Versions.map(({ VersionId }) => VersionId)).toEqual([one, two, three])
    expect((await client.send(new ListSecretVersionIdsCommand({ SecretId: 'a/secret' }))).Versions).toHaveLength(2)
  })

  it('leaves AWSCURRENT where it is when a version is put as AWSPENDING', async () => {
    await create()
    expect((await put('two', { VersionStages: ['AWSPENDING'] })).VersionStages).toEqual(['AWSPENDING'])
    expect((await get()).SecretString).toBe('one')
    expect((await get({ VersionStage: 'AWSPENDING' })).SecretString).toBe('two')
  })

  it('makes the first version of an empty secret current, even if it is put as AWSPENDING', async () => {
    await client.send(new CreateSecretCommand({ Name: 'a/secret' }))
    expect((await put('one', { VersionStages: ['AWSPENDING'] })).VersionStages).toEqual(['AWSPENDING', 'AWSCURRENT'])
    expect((await get()).SecretString).toBe('one')
  })

  it('takes a repeated token with the same value as the same call', async () => {
    await create()
    const ClientRequestToken = crypto.randomUUID()
    await put('two', { ClientRequestToken })
    await put('three')
    expect(await put('two', { ClientRequestToken })).toMatchObject({ VersionId: ClientRequestToken, VersionStages: ['AWSPREVIOUS'] })
    expect((await get()).SecretString).toBe('three')
    await expect(put('other', { ClientRequestToken })).rejects.toMatchObject({ name: 'ResourceExistsException' })
  })

  it('keeps a hundred versions, and every one with a label', async () => {
    await create()
    const { VersionId: pending } = await put('pending', { VersionStages: ['AWSPENDING'] })
    for (let count = 0; count < 105; count++) {
      // More a day are refused.
      now += DAY / 50
      endpoints.secrets['PutSecretValue']?.({ SecretId: 'a/secret', SecretString: String(count), ClientRequestToken: crypto.randomUUID() })
    }
    const { Versions = [] } = await client.send(
      new ListSecretVersionIdsCommand({ SecretId: 'a/secret', IncludeDeprecated: true, MaxResults: 100 }),
    )
    expect(Versions).toHaveLength(100)
    expect(Versions[0]?.VersionId).toBe(pending)
  })

  it('stores and returns bytes', async () => {
    await client.send(new CreateSecretCommand({ Name: 'a/secret', SecretBinary: new Uint8Array([0, 255]) }))
    expect((await get()).SecretBinary).toEqual(new Uint8Array([0, 255]))
  })

  it('changes value and description by UpdateSecret', async () => {
    await create()
    await client.send(new UpdateSecretCommand({ SecretId: 'a/secret', Description: 'what it is' }))
    expect(await client.send(new UpdateSecretCommand({ SecretId: 'a/secret', SecretString: 'two' }))).toHaveProperty('VersionId')
    expect((await get()).SecretString).toBe('two')
    expect((await client.send(new DescribeSecretCommand({ SecretId: 'a/secret' }))).Description).toBe('what it is')
  })

  it('lists by pages and filters', async () => {
    for (const name of ['b/1', 'b/2', 'c/1']) await create(name)
    await client.send(new TagResourceCommand({ SecretId: 'c/1', Tags: [{ Key: 'app', Value: 'kite' }] }))
    const names = async (more: object) => {
      const { SecretList = [], NextToken } = await client.send(new ListSecretsCommand({ SortOrder: 'asc', ...more }))
      return { names: SecretList.map(({ Name }) => Name), NextToken }
    }
    const first = await names({ MaxResults: 2 })
    expect(first.names).toEqual(['b/1', 'b/2'])
    expect(await names({ NextToken: first.NextToken })).toEqual({ names: ['c/1'], NextToken: undefined })
    expect((await names({ Filters: [{ Key: 'name', Values: ['b/'] }] })).names).toEqual(['b/1', 'b/2'])
    expect((await names({ Filters: [{ Key: 'tag-value', Values: ['kite'] }] })).names).toEqual(['c/1'])
    await expect(names({ NextToken: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidNextTokenException' })
  })

  it('deletes after a recovery window, until which the secret can be restored', async () => {
    await create()
    const { DeletionDate } = await client.send(new DeleteSecretCommand({ SecretId: 'a/secret', RecoveryWindowInDays: 7 }))
    expect(DeletionDate).toEqual(new Date(BIG_BANG + 7 * DAY))
    await expect(get()).rejects.toMatchObject({ name: 'InvalidRequestException' })
    await expect(create()).rejects.toMatchObject({ name: 'InvalidRequestException' })
    await client.send(new RestoreSecretCommand({ SecretId: 'a/secret' }))
    expect((await get()).SecretString).toBe('one')
    await client.send(new DeleteSecretCommand({ SecretId: 'a/secret', RecoveryWindowInDays: 7 }))
    now += 7 * DAY
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    expect(await create()).toHaveProperty('ARN')
  })

  it('remembers everything over a restart, and writes a file that only its owner can read', async () => {
    const { ARN } = await create()
    await put('two')
    const before = await stages()
    await endpoints.stop()
    await start()
    expect(await get()).toMatchObject({ ARN, SecretString: 'two' })
    expect(await stages()).toEqual(before)
    expect(readdirSync(dir)).not.toContain('secrets.json.draft')
    expect(statSync(join(dir, 'secrets.json')).mode & 0o777).toBe(0o600)
  })
})

describe('moving a staging label', () => {
  it('moves AWSCURRENT and AWSPREVIOUS together, and back', async () => {
    const { VersionId: one = '' } = await create()
    const { VersionId: two = '' } = await put('two', { VersionStages: ['AWSPENDING'] })
    await move({ MoveToVersionId: two, RemoveFromVersionId: one })
    expect(await stages()).toEqual({ [one]: ['AWSPREVIOUS'], [two]: ['AWSPENDING', 'AWSCURRENT'] })
    await move({ MoveToVersionId: one, RemoveFromVersionId: two })
    expect(await stages()).toEqual({ [one]: ['AWSCURRENT'], [two]: ['AWSPENDING', 'AWSPREVIOUS'] })
  })

  it.each(['the version it was at before', 'no version'])('fails and changes nothing when the caller names %s', async (which) => {
    const { VersionId: one = '' } = await create()
    const { VersionId: two = '' } = await put('two', { VersionStages: ['AWSPENDING'] })
    await put('by hand')
    const before = await stages()
    const from = which === 'no version' ? {} : { RemoveFromVersionId: one }
    await expect(move({ MoveToVersionId: two, ...from })).rejects.toMatchObject({ name: 'InvalidParameterException' })
    expect(await stages()).toEqual(before)
  })

  it('never takes AWSCURRENT away', async () => {
    const { VersionId } = await create()
    await expect(move({ RemoveFromVersionId: VersionId })).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })

  it('fails for a version that does not exist', async () => {
    const { VersionId } = await create()
    const call = move({ MoveToVersionId: crypto.randomUUID(), RemoveFromVersionId: VersionId })
    await expect(call).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('removes another label', async () => {
    await create()
    const { VersionId } = await put('two', { VersionStages: ['AWSPENDING'] })
    await move({ VersionStage: 'AWSPENDING', RemoveFromVersionId: VersionId })
    await expect(get({ VersionStage: 'AWSPENDING' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    })
  })
})

describe('a refused call', () => {
  const token = { ClientRequestToken: 'x'.repeat(32) }
  it.each([
    ['GetSecretValue', { SecretId: 'none' }, 'ResourceNotFoundException'],
    ['GetSecretValue', {}, 'ValidationException'],
    ['GetSecretValue', { SecretId: 5 }, 'SerializationException'],
    ['GetSecretValue', { SecretId: 'a/secret', VersionId: 'short' }, 'ValidationException'],
    ['PutSecretValue', { SecretId: 'a/secret', ...token }, 'InvalidRequestException'],
    ['PutSecretValue', { SecretId: 'a/secret', SecretString: 'x' }, 'InvalidRequestException'],
    ['PutSecretValue', { SecretId: 'a/secret', SecretString: 'x', ClientRequestToken: 'short' }, 'InvalidParameterException'],
    ['PutSecretValue', { SecretId: 'a/secret', SecretString: 'x', SecretBinary: 'eA==', ...token }, 'InvalidParameterException'],
    ['PutSecretValue', { SecretId: 'a/secret', SecretString: 'x'.repeat(65_537), ...token }, 'ValidationException'],
    ['CreateSecret', { Name: 'a secret', ...token }, 'ValidationException'],
    ['CreateSecret', { Name: 'a/secret', SecretString: 'x', ...token }, 'ResourceExistsException'],
    ['UpdateSecretVersionStage', { SecretId: 'a/secret', VersionStage: 'AWSPENDING' }, 'InvalidParameterException'],
    ['DeleteSecret', { SecretId: 'a/secret', RecoveryWindowInDays: 1 }, 'InvalidParameterException'],
    ['RotateSecret', {}, 'UnknownOperationException'],
    ['constructor', {}, 'UnknownOperationException'],
  ])('of %s with %o is named as AWS names it', async (operation, input, type) => {
    await create()
    const answer = await raw(`secretsmanager.${operation}`, JSON.stringify(input))
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ __type: type })
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('is answered even when it is no JSON, too large, or for another service', async () => {
    expect(await (await raw('secretsmanager.GetSecretValue', '{"Secret')).json()).toMatchObject({ __type: 'SerializationException' })
    expect((await raw('secretsmanager.PutSecretValue', 'x'.repeat(5_000_000))).status).toBe(413)
    expect(await (await raw('DynamoDB.GetItem', '{}')).json()).toMatchObject({ __type: 'UnknownOperationException' })
  })

  it('repeats no secret, neither in its answer nor in the log', async () => {
    await create()
    const texts = await Promise.all(
      [
        '{"SecretId":"a/secret","SecretString":"hunter2',
        '{"SecretId":"a/secret","SecretString":["hunter2"]}',
        '{"SecretString":"hunter2"}',
      ].map(async (body) => (await raw('secretsmanager.PutSecretValue', body)).text()),
    )
    expect(`${texts.join('')}${JSON.stringify(logged)}`).not.toContain('hunter2')
    expect(texts.join('')).toContain('SerializationException')
    expect(readFileSync(join(dir, 'secrets.json'), 'utf8')).not.toContain('hunter2')
  })
})
