import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { awsClients, dropEndpointOverrides } from '../../cli/aws-clients.ts'
import { findWorld } from '../../cli/find-world.ts'
import { openDatabase } from '../../cli/open-database.ts'
import { stackClock } from '../../cli/stack-clock.ts'
import { writeEndpoints } from '../../local/endpoints.ts'
import { lockStateDir } from '../../local/state-lock.ts'

/** No process has a number as large. */
const NOBODY = 2 ** 31 - 1
const at = (port: number) => ({ url: `http://127.0.0.1:${port}` })
const endpoints = {
  pid: 1,
  status: at(1),
  aws: at(2),
  sqs: at(3),
  schwab: at(4),
  reauth: at(5),
  supabase: { ...at(6), secretKey: 'x', publishableKey: 'y' },
}

let dir: string
let former: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kite-'))
  former = process.cwd()
})
afterEach(() => {
  process.chdir(former)
  rmSync(dir, { recursive: true })
})

const stackIn = (folder: string): string => {
  mkdirSync(folder, { recursive: true })
  const counters = { jobs: 0, rejected: 0, invocations: 0, failures: 0 }
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ market: 'a market', now: 5, span: 0, seconds: 0, counters }))
  writeEndpoints(folder, endpoints)
  return folder
}
const found = (options: Parameters<typeof findWorld>[0], env = {}) => findWorld(options, env)

describe('the pipeline that is meant', () => {
  it('is stage prod in us-east-1 where there is no local stack', () => {
    process.chdir(dir)
    expect(found({})).toMatchObject({ kind: 'aws', where: 'stage prod in us-east-1', region: 'us-east-1' })
    expect(found({ stage: 'dev', region: 'eu-west-1' })).toMatchObject({ kind: 'aws', where: 'stage dev in eu-west-1' })
  })

  it('has its names from the stage', () => {
    const { names } = found({ stage: 'dev' })
    expect([names.tokenSecret, names.appSecret, names.bus, names.queue('auth-dlq')]).toEqual([
      'schwab-api-token-dev',
      'alpha-kite-dev',
      'alpha-kite-pipeline-dev',
      'alpha-kite-pipeline-dev-auth-dlq',
    ])
    expect(() => found({ stage: '../x' })).toThrow('--stage ../x: write letters')
  })

  it('is the running local stack when its directory is given or lies in .kite', () => {
    stackIn(join(dir, '.kite'))
    process.chdir(dir)
    const lock = lockStateDir(join(dir, '.kite'))
    try {
      for (const world of [
        found({}),
        found({ data: '.kite' }),
        found({ data: '.kite' }, { SUPABASE_URL: 'x', SUPABASE_SECRET_KEY: 'y' }),
      ]) {
        expect(world).toMatchObject({ kind: 'local', endpoints })
      }
    } finally {
      lock?.release()
    }
  })

  it('is on AWS all the same when a stage or a hosted database is named', () => {
    stackIn(join(dir, '.kite'))
    process.chdir(dir)
    expect(found({ stage: 'prod' }).kind).toBe('aws')
    expect(found({}, { SUPABASE_URL: 'https://x.supabase.co', SUPABASE_SECRET_KEY: 'sb_secret_x' }).kind).toBe('aws')
  })

  it('is not guessed when the local stack does not run, whatever endpoints a killed one left', () => {
    stackIn(join(dir, '.kite'))
    process.chdir(dir)
    expect(() => found({})).toThrow(/does not run: start it with npm start, or name a stage on AWS with --stage prod$/)
    expect(() => found({ data: '.kite' })).toThrow(/does not run: start it with npm start -- --data .kite$/)
    expect(() => found({ data: dir })).toThrow('is not the state of a local stack')
  })

  it('is not the stack that was killed, whose ports may be another one, while a second command reads its directory', async () => {
    const folder = stackIn(join(dir, 'killed'))
    mkdirSync(join(folder, 'supabase'))
    writeEndpoints(folder, { ...endpoints, pid: NOBODY })
    const lock = lockStateDir(folder)
    let pauses = 0
    const pause = async () => void pauses++
    try {
      expect(() => found({ data: folder })).toThrow(`another kite command reads ${folder}, or a stack is starting or ending on it`)
      await expect(openDatabase(folder, { env: {}, clock: () => 0, migrationsDir: dir, pause })).rejects.toThrow(
        'another kite command reads',
      )
      expect(pauses).toBeGreaterThan(50)
    } finally {
      lock?.release()
    }
  })

  it('is not known for a moment while a stack starts', () => {
    mkdirSync(join(dir, 'starting'))
    stackIn(join(dir, 'starting'))
    rmSync(join(dir, 'starting/endpoints.json'))
    const lock = lockStateDir(join(dir, 'starting'))
    expect(() => found({ data: join(dir, 'starting') })).toThrow('starting or ending')
    lock?.release()
  })
})

describe('the time of a local stack', () => {
  const clockOf = async (answer: () => Response) => {
    let real = 100
    const fetch = async (): Promise<Response> => answer()
    const clock = await stackClock(endpoints, { fetch, realClock: () => real, saved: () => 5 })
    return { ...clock, pass: (milliseconds: number) => (real += milliseconds) }
  }

  it('is what the stack says, and runs on at real rate until it is asked again', async () => {
    let says = '2019-02-12T15:00:00.000Z'
    const { now, ask, pass } = await clockOf(() => Response.json({ now: says }))
    pass(250)
    expect(now()).toBe(Date.parse(says) + 250)
    says = '2019-02-12T16:00:00.000Z'
    await ask()
    expect(now()).toBe(Date.parse(says))
  })

  it('is what the stack has written down when it does not say', async () => {
    expect((await clockOf(() => Response.error())).now()).toBe(5)
    expect((await clockOf(() => new Response('{}'))).now()).toBe(5)
  })
})

describe('the clients of AWS', () => {
  const endpointOf = async ({ config }: ReturnType<typeof awsClients>['sqs'] | ReturnType<typeof awsClients>['secrets']) =>
    (await config.endpoint?.())?.port

  it('go to the local stack, with no credentials of anybody', async () => {
    const folder = stackIn(join(dir, 'state'))
    const lock = lockStateDir(folder)
    const clients = awsClients(found({ data: folder }))
    lock?.release()
    expect([await endpointOf(clients.sqs), await endpointOf(clients.secrets)]).toEqual([3, 2])
    expect(await clients.sqs.config.credentials()).toMatchObject({ accessKeyId: 'local' })
  })

  it('have no endpoint of their own on AWS', async () => {
    process.chdir(dir)
    const { sqs } = awsClients(found({ region: 'eu-west-1' }))
    expect(await endpointOf(sqs)).toBeUndefined()
    expect(await sqs.config.region()).toBe('eu-west-1')
  })

  it('do not find in the environment where a local stack was', () => {
    const env = { AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_SQS: 'http://b', AWS_REGION: 'eu-west-1' }
    expect(dropEndpointOverrides(env)).toEqual(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SQS'])
    expect(env).toEqual({ AWS_REGION: 'eu-west-1' })
  })
})
