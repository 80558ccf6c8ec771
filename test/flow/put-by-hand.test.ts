import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { guarded } from '../../local/process/guarded.ts'
import { LOCAL_APP } from '../../local/local-app.ts'
import { runningStack, type RunningStack } from '../running-stack.ts'
import { until } from '../until.ts'

const AWS = '/usr/bin/aws'

const hasAws = (): boolean => {
  if (existsSync(AWS)) return true
  if (process.env['CI'] === 'true') throw new Error(`no AWS CLI at ${AWS}: install Debian's awscli`)
  return false
}

describe.skipIf(!hasAws())('a token put by hand with the AWS CLI', () => {
  let stack: RunningStack
  beforeAll(async () => {
    stack = await runningStack(mkdtempSync(join(tmpdir(), 'alpha-kite-by-hand-')), 47200)
    await until(() => stack.events('Reauthorized')[0], 'the first token is proven')
    await stack.sim('revoke-refresh')
    await stack.sim('expire-access')
    await until(() => stack.events('ReauthRequired')[0], 'the announcement')
  })
  afterAll(async () => {
    await stack?.stop()
    rmSync(stack.dir, { recursive: true, force: true })
  })

  const put = async (token: object): Promise<void> => {
    const file = join(stack.dir, 'token.json')
    writeFileSync(file, JSON.stringify(token))
    const args = ['secretsmanager', 'put-secret-value', '--secret-id', 'schwab-api-token-prod', '--secret-string', `file://${file}`]
    const env = { ...process.env, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_DEFAULT_REGION: 'us-east-1' }
    const running = promisify(execFile)(AWS, ['--endpoint-url', stack.endpoints.aws.url, ...args], { env })
    guarded(running.child)
    await running
  }

  /** What another program of the same person gets at Schwab. */
  const askSchwab = async (form: Readonly<Record<string, string>>): Promise<object> => {
    const authorization = `Basic ${Buffer.from(`${LOCAL_APP.key}:${LOCAL_APP.secret}`).toString('base64')}`
    const body = new URLSearchParams(form)
    const response = await fetch(`${stack.endpoints.schwab.url}/v1/oauth/token`, { method: 'POST', headers: { authorization }, body })
    return z.looseObject({ access_token: z.string() }).parse(await response.json())
  }
  const code = async (): Promise<string> => {
    const asked = { client_id: LOCAL_APP.key, redirect_uri: LOCAL_APP.redirectUri, response_type: 'code', state: 'x', decision: 'allow' }
    const body = new URLSearchParams(asked)
    const response = await fetch(`${stack.endpoints.schwab.url}/v1/oauth/authorize`, { method: 'POST', redirect: 'manual', body })
    return new URL(response.headers.get('location') ?? 'about:blank').searchParams.get('code') ?? ''
  }

  it('is refused in an outage, if it is of the client-credentials kind, and the outage stays', async () => {
    await put(await askSchwab({ grant_type: 'client_credentials' }))
    const rejected = await until(() => stack.events('TokenRejected')[0], 'the refusal')
    expect(rejected).toMatchObject({ restored: false })
    expect(stack.events('Reauthorized')).toHaveLength(1)
    expect(stack.outageIds()).toHaveLength(1)
  })

  it('ends the outage, if it is good, and nothing is missing', async () => {
    await put(await askSchwab({ grant_type: 'authorization_code', code: await code(), redirect_uri: LOCAL_APP.redirectUri }))
    const restored = await until(() => stack.events('FeedRestored')[0], 'the end of the outage')
    expect(restored).toMatchObject({ outageId: stack.outageIds()[0], missing: 0 })
    expect(stack.events('Reauthorized').at(-1)).toMatchObject({ how: 'by_hand', outageId: restored.outageId })
  })
})
