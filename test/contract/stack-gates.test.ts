import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { PATIENCE_MS } from '../../local/patience.ts'
import { startAwsEndpoints } from '../../local/aws/endpoints.ts'
import type { CallMoment } from '../../local/faults/call-moment.ts'
import { type FaultBoard, faultBoard } from '../../local/faults/fault-board.ts'
import { type StackGates, startStackGates } from '../../local/faults/gates.ts'
import { queueUrl, startSqs } from '../../local/stack/sqs.ts'
import { sqsJobQueue } from '../../shared/adapters/sqs.ts'
import { supabaseRpc } from '../../shared/adapters/supabase-rpc.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { monday } from './store-setup.ts'

const TOKEN = 'schwab-api-token-prod'
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

const plan = (count: number): readonly FetchJob[] =>
  Array.from({ length: count }, (_, index) => ({
    v: 1,
    kind: 'live',
    ticker: `T${index}`,
    from: monday.opensAt,
    to: monday.opensAt + MINUTE,
    sessions: [monday],
    plannedAt: monday.opensAt + MINUTE,
    traceId: 'trace',
  }))

describe('the gates of the stack', () => {
  let dir: string
  let gates: StackGates
  let board: FaultBoard
  let sqs: Awaited<ReturnType<typeof startSqs>>
  const moments: CallMoment[] = []
  const events: string[] = []
  const stops: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'gates-'))
    board = faultBoard({ file: undefined, clock: Date.now })
    sqs = await startSqs({ port: 0, dataDir: join(dir, 'sqs') })
    await sqs.create([{ name: 'jobs', arn: 'arn:aws:sqs:us-east-1:000000000000:jobs', visibilitySeconds: 30, attributes: {} }])
    const aws = await startAwsEndpoints({
      dir: join(dir, 'aws'),
      port: 0,
      clock: Date.now,
      onEvent: async (event) => void events.push(event['detail-type']),
      log: () => {},
    })
    const answer = { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('"an answer"') }
    gates = await startStackGates({
      clock: Date.now,
      board,
      onCall: (moment) => {
        if (moment.phase === 'before') moments.push(moment)
        return undefined
      },
      supabase: async () => answer,
      sqs: sqs.service,
      aws: aws.service,
      tokenSecret: TOKEN,
      guard: (bend) => bend,
    })
    stops.push(gates.stop, sqs.stop, () => aws.stop())
  })
  afterAll(async () => {
    for (const stop of stops) await stop()
    rmSync(dir, { recursive: true, force: true })
  })
  beforeEach(() => {
    board.clearAll()
    moments.splice(0)
  })

  const rpc = (timeoutMs = PATIENCE_MS) =>
    supabaseRpc({ url: gates.supabase.url, secretKey: 'sb_secret_x', timeoutMs })('begin_tick', {}, z.string())
  const jobs = () => {
    const client = new SQSClient({ endpoint: gates.sqs.url, region: 'us-east-1', credentials })
    return sqsJobQueue(client, queueUrl(gates.sqs.url, 'jobs'))
  }
  const bodiesIn = async () => {
    const all: string[] = []
    for (let got = await sqs.receive('jobs', 10); got.length > 0; got = await sqs.receive('jobs', 10)) {
      all.push(...got.map(({ Body }) => z.object({ ticker: z.string() }).parse(JSON.parse(Body)).ticker))
      await sqs.remove(
        'jobs',
        got.map(({ ReceiptHandle }) => ReceiptHandle),
      )
    }
    return all.toSorted()
  }
  const secrets = () => new SecretsManagerClient({ endpoint: gates.aws.url, region: 'us-east-1', credentials })
  const publish = () =>
    new EventBridgeClient({ endpoint: gates.aws.url, region: 'us-east-1', credentials, maxAttempts: 1 }).send(
      new PutEventsCommand({ Entries: [{ Source: 'test', DetailType: 'Tested', Detail: '{}' }] }),
    )

  it('name every call as a script does', async () => {
    await rpc()
    await jobs().send(plan(1))
    await publish()
    await secrets()
      .send(new GetSecretValueCommand({ SecretId: 'nothing' }))
      .catch(() => undefined)
    expect(moments.map(({ service, operation }) => `${service}.${operation}`)).toEqual([
      'supabase.begin_tick',
      'sqs.SendMessageBatch',
      'events.PutEvents',
      'secretsmanager.GetSecretValue',
    ])
    expect(await bodiesIn()).toEqual(['T0'])
  })

  it('let the database be down, slow or broken', async () => {
    board.set({ fault: 'supabase', mode: 'down', seconds: 0 })
    await expect(rpc()).rejects.toThrow('begin_tick: no answer')
    board.set({ fault: 'supabase', mode: '500', seconds: 0 })
    await expect(rpc()).rejects.toThrow('begin_tick: HTTP 500 XX000')
    board.set({ fault: 'supabase', mode: 'slow', seconds: 0.2 })
    await expect(rpc(100)).rejects.toThrow('begin_tick: no answer')
    expect(await rpc()).toBe('an answer')
  })

  it('let the database give up what brings too many bars, and take the rest', async () => {
    const call = supabaseRpc({ url: gates.supabase.url, secretKey: 'sb_secret_x', timeoutMs: 5_000 })
    const bars = (count: number) => ({ t: Array.from({ length: count }, (_, at) => at) })
    const ingest = (...counts: readonly number[]) => call('ingest_candles', { p_batch: counts.map(bars) }, z.string())
    board.set({ fault: 'supabase', mode: 'statement-timeout', seconds: 0, bars: 60 })
    await expect(ingest(40, 21)).rejects.toThrow('ingest_candles: HTTP 500 57014')
    expect(await ingest(40, 20)).toBe('an answer')
    await expect(call('put_indicators', { p_puts: [bars(61)] }, z.string())).rejects.toMatchObject({ code: 'STORE_TIMED_OUT' })
    expect(await rpc()).toBe('an answer')
  })

  it('let every second message of batches fail, counted over the calls, and pass the others on', async () => {
    board.set({ fault: 'sqs-send-partial' })
    const queue = jobs()
    expect(await queue.send(plan(5))).toEqual([1, 3].map((index) => ({ index, reason: 'InternalError' })))
    // The sixth message in all: it fails, and being repeated comes through.
    expect(await queue.send(plan(1))).toEqual([{ index: 0, reason: 'InternalError' }])
    expect(await queue.send(plan(1))).toEqual([])
    expect(await bodiesIn()).toEqual(['T0', 'T0', 'T2', 'T4'])
  })

  it('let the bus be down, then take the event', async () => {
    board.set({ fault: 'events-down', times: 1 })
    const before = events.length
    await expect(publish()).rejects.toMatchObject({ name: 'InternalException', $metadata: { httpStatusCode: 500 } })
    expect((await publish()).FailedEntryCount).toBe(0)
    await expect.poll(() => events.length).toBe(before + 1)
  })

  it('let the token’s secret be missing or malformed for readers, and no other secret', async () => {
    const client = secrets()
    await client.send(new CreateSecretCommand({ Name: TOKEN, SecretString: 'the token' }))
    await client.send(new CreateSecretCommand({ Name: 'alpha-kite-prod', SecretString: 'the app' }))
    const read = async (SecretId: string) => (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString
    board.set({ fault: 'secret', kind: 'missing' })
    await expect(read(TOKEN)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    expect(await read('alpha-kite-prod')).toBe('the app')
    board.set({ fault: 'secret', kind: 'malformed', times: 1 })
    await client.send(new PutSecretValueCommand({ SecretId: TOKEN, SecretString: 'the next token' }))
    expect(await read('alpha-kite-prod')).toBe('the app')
    expect(await read(TOKEN)).toBe('no token at all')
    expect(await read(TOKEN)).toBe('the next token')
  })
})
