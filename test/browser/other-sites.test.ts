import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListSecretsCommand, ListSecretVersionIdsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { listen } from '../../local/listen.ts'
import { runningStack, type RunningStack } from '../running-stack.ts'
import { attackPort, MARK } from './hostile-page.ts'
import { listeningPorts } from './listening-ports.ts'
import { hasBrowser, openBrowser } from './open-browser.ts'

const StackState = z.looseObject({ faults: z.array(z.unknown()), speed: z.unknown() })

describe.skipIf(!hasBrowser())('the page of another site', () => {
  let stack: RunningStack
  let browser: Browser
  let site: Server
  let sitePort: number
  let ports: readonly number[]

  beforeAll(async () => {
    // So slow that nothing happens by itself while the test looks.
    stack = await runningStack(mkdtempSync(join(tmpdir(), 'alpha-kite-sites-')), 46300, '--speed', '0.1')
    site = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>other</title><body></body>'),
    )
    sitePort = await listen(site, 0)
    // Chromium's own protection of this machine, which not every browser has: it would let requests wait for a person's consent.
    browser = await openBrowser('--disable-features=LocalNetworkAccessChecks')
    ports = listeningPorts(stack.endpoints.pid)
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    site?.close()
    await stack?.stop()
    rmSync(stack.dir, { recursive: true, force: true })
  })

  /** Another port of both names of this machine, and another site altogether. */
  const attacks = () =>
    [
      [`http://localhost:${sitePort}/`, 'localhost'],
      [`http://127.0.0.1:${sitePort}/`, '127.0.0.1'],
      ['http://elsewhere.example/', '127.0.0.1'],
    ] as const

  const openPage = async (): Promise<Page> => {
    const opened = await browser.newPage()
    await opened.route('http://elsewhere.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><body></body>' }),
    )
    return opened
  }

  /** All that anybody could have changed. */
  const snapshot = async () => {
    const { aws, sqs, status, supabase } = stack.endpoints
    const shared = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
    const queues = new SQSClient({ ...shared, endpoint: sqs.url })
    const secrets = new SecretsManagerClient({ ...shared, endpoint: aws.url })
    const { QueueUrls = [] } = await queues.send(new ListQueuesCommand({}))
    const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}))
    const { faults, speed } = StackState.parse(await (await fetch(`${status.url}/_stack/state`)).json())
    const rows = async (table: string): Promise<unknown> => {
      const headers = { apikey: supabase.secretKey, authorization: `Bearer ${supabase.secretKey}` }
      return (await fetch(`${supabase.url}/rest/v1/${table}?select=*`, { headers })).json()
    }
    return {
      queues: await Promise.all(
        QueueUrls.map(async (QueueUrl) => {
          const { Attributes = {} } = await queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
          const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible, ApproximateNumberOfMessagesDelayed } = Attributes
          return [QueueUrl, ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible, ApproximateNumberOfMessagesDelayed]
        }),
      ),
      versions: await Promise.all(
        SecretList.map(async ({ Name }) => {
          const { Versions = [] } = await secrets.send(new ListSecretVersionIdsCommand({ SecretId: Name }))
          return [Name, Versions.map(({ VersionId, VersionStages }) => [VersionId, VersionStages])]
        }),
      ),
      faults,
      speed,
      events: readFileSync(join(stack.dir, 'aws', 'events.jsonl'), 'utf8'),
      rows: await Promise.all(['token_state', 'outages', 'session_coverage'].map(rows)),
    }
  }
  /** Once the stack has come up. Its first minute is ten real ones away. */
  const settled = async () => {
    let before = await snapshot()
    await expect
      .poll(
        async () => {
          const now = await snapshot()
          const isSame = JSON.stringify(now) === JSON.stringify(before)
          before = now
          return isSame && now.versions.length > 1 && now.queues.length > 2
        },
        { timeout: 60_000, interval: 2000 },
      )
      .toBe(true)
    return before
  }

  it('finds every port of the stack guarded: the endpoints, the gates and the runtime API', { timeout: 300_000 }, async () => {
    const { pid: _, ...endpoints } = stack.endpoints
    const named = Object.values(endpoints).map(({ url }) => Number(new URL(url).port))
    expect(ports).toEqual(expect.arrayContaining(named))
    // At least one gate each of SQS, AWS and Supabase, and the runtime API.
    expect(ports.length).toBeGreaterThanOrEqual(named.length + 4)

    const before = await settled()
    for (const [origin, host] of attacks()) {
      for (const port of ports) {
        // A new one each time: Chromium lets the sockets of a page wait that has failed to open others.
        const page = await openPage()
        await page.goto(origin)
        const found = await page.evaluate(attackPort, { base: `http://${host}:${port}`, mark: MARK })
        await page.close()
        expect({ origin, host, port, found }).toEqual({ origin, host, port, found: [] })
      }
    }
    expect(await snapshot()).toEqual(before)
  })

  it('may lead a person to a page by a link, which changes nothing either, and by no form', { timeout: 100_000 }, async () => {
    const before = await settled()
    const page = await openPage()
    for (const port of ports) {
      for (const method of ['get', 'post']) {
        await page.goto('http://elsewhere.example/')
        const arrived = page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame() && frame.url().includes(`:${port}/`))
        await page.evaluate(
          ([action, how, mark]) => {
            const form = document.createElement('form')
            Object.assign(form, { action, method: how })
            const field = document.createElement('input')
            Object.assign(field, { name: 'Action', value: mark })
            form.append(field)
            document.body.append(form)
            form.submit()
          },
          [`http://127.0.0.1:${port}/_stack/actions`, method, MARK],
        )
        await arrived
        if (method === 'post') expect(await page.locator('body').innerText()).toContain('This is not for other sites.')
      }
    }
    expect(await snapshot()).toEqual(before)
  })

  it('leaves nothing of what it sent in any file of the stack', () => {
    const files = readdirSync(stack.dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.length).toBeGreaterThan(10)
    const touched = files.filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(MARK))
    expect(touched.map(({ name }) => name)).toEqual([])
  })
})
