import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guarded } from '../../local/process/guarded.ts'
import { startAwsEndpoints, type AwsEndpoints } from '../../local/aws/endpoints.ts'

const AWS = '/usr/bin/aws'
const absent = !existsSync(AWS) && process.env['CI'] !== 'true'
const NAME = 'schwab-api-token-prod'

let endpoints: AwsEndpoints
let dir: string

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'cli-'))
  endpoints = await startAwsEndpoints({ dir, port: 0, clock: Date.now, onEvent: () => undefined, log: () => undefined, buses: ['kite'] })
})
afterAll(() => endpoints.stop())

type Ran = { readonly code: number; readonly json: unknown; readonly stderr: string }

const aws = (...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: dir,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_PAGER: '',
    }
    const child = execFile(AWS, ['--endpoint-url', endpoints.url, '--output', 'json', ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, json: stdout.trim() === '' ? undefined : JSON.parse(stdout), stderr: stderr.trim() }),
    )
    guarded(child)
  })

describe.skipIf(absent)('the AWS command line', () => {
  it('reports a secret that does not exist', async () => {
    expect(await aws('secretsmanager', 'get-secret-value', '--secret-id', NAME)).toEqual({
      code: 254,
      json: undefined,
      stderr:
        "An error occurred (ResourceNotFoundException) when calling the GetSecretValue operation: Secrets Manager can't find the specified secret.",
    })
  })

  it('creates, replaces from a file, changes, reads and describes a secret', async () => {
    expect(await aws('secretsmanager', 'create-secret', '--name', NAME, '--secret-string', 'one')).toMatchObject({
      code: 0,
      json: { Name: NAME },
    })
    const file = join(dir, 'token.json')
    writeFileSync(file, '{"creation_timestamp":1}')
    expect(await aws('secretsmanager', 'put-secret-value', '--secret-id', NAME, '--secret-string', `file://${file}`)).toMatchObject({
      code: 0,
      json: { VersionStages: ['AWSCURRENT'] },
    })
    const read = () => aws('secretsmanager', 'get-secret-value', '--secret-id', NAME)
    expect(await read()).toMatchObject({ code: 0, json: { SecretString: '{"creation_timestamp":1}', VersionStages: ['AWSCURRENT'] } })
    expect(await aws('secretsmanager', 'update-secret', '--secret-id', NAME, '--secret-string', 'three')).toMatchObject({ code: 0 })
    expect(await read()).toMatchObject({ json: { SecretString: 'three', CreatedDate: expect.stringMatching(/^\d{4}-/) } })
    const { json } = await aws('secretsmanager', 'describe-secret', '--secret-id', NAME)
    expect(json).toMatchObject({ Name: NAME, VersionIdsToStages: expect.any(Object) })
    expect(await aws('secretsmanager', 'list-secrets')).toMatchObject({ json: { SecretList: [{ Name: NAME }] } })
  })

  it('is told which version has the label that it wants to move', async () => {
    const { json } = await aws('secretsmanager', 'list-secret-version-ids', '--secret-id', NAME)
    const ids = /"VersionId":"([^"]+)","VersionStages":\["AWSPREVIOUS"\]/.exec(JSON.stringify(json))?.[1] ?? ''
    const move = [
      'secretsmanager',
      'update-secret-version-stage',
      '--secret-id',
      NAME,
      '--version-stage',
      'AWSCURRENT',
      '--move-to-version-id',
      ids,
    ]
    const answer = await aws(...move)
    expect(answer).toMatchObject({
      code: 254,
      stderr: expect.stringContaining('(InvalidParameterException) when calling the UpdateSecretVersionStage'),
    })
    expect(answer.stderr).toContain(
      "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version",
    )
  })

  it('puts events, and is told of those that were refused', async () => {
    const put = (entry: object) => aws('events', 'put-events', '--entries', JSON.stringify([entry]))
    const entry = { Source: 'by-hand', DetailType: 'Reauthorized', Detail: '{}', EventBusName: 'kite' }
    expect(await put(entry)).toMatchObject({ code: 0, json: { FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] } })
    expect(await put({ ...entry, Detail: '{' })).toMatchObject({
      code: 0,
      json: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }] },
    })
    expect(endpoints.events.recent(10)).toMatchObject([{ bus: 'kite', event: { source: 'by-hand' } }])
  })

  it('is refused for a bus that does not exist and an operation that is not known', async () => {
    expect((await aws('events', 'describe-event-bus', '--name', 'nowhere')).stderr).toContain('(ResourceNotFoundException)')
    expect(await aws('events', 'list-archives')).toMatchObject({
      code: 254,
      stderr: expect.stringContaining('(UnknownOperationException)'),
    })
  })
})
