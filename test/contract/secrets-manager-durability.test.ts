import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { guarded } from '../../local/process/guarded.ts'
import { startAwsEndpoints } from '../../local/aws/endpoints.ts'

const ENDPOINTS = resolve(import.meta.dirname, '../../local/aws/endpoints.ts')
const PROGRAM = `
const { startAwsEndpoints } = await import(process.argv[1])
const { url } = await startAwsEndpoints({ dir: process.argv[2], port: 0, clock: Date.now, onEvent: () => undefined, log: () => undefined })
process.stdout.write(url)
`
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

/** Kills the endpoints in the middle of writers that never pause. @returns what was acknowledged until then */
const killWhileWriting = async (dir: string, acknowledgements: number) => {
  const child = guarded(
    spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, ENDPOINTS, dir], { stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  const exit = once(child, 'exit')
  const endpoint = String((await once(child.stdout, 'data'))[0])
  const config = { region: 'us-east-1', endpoint, credentials, maxAttempts: 1 }
  const secrets = new SecretsManagerClient(config)
  const events = new EventBridgeClient(config)
  await secrets.send(new CreateSecretCommand({ Name: 'token', SecretString: 'first' }))

  const versions: string[] = []
  const eventIds: string[] = []
  const count = () => {
    if (versions.length + eventIds.length >= acknowledgements) child.kill('SIGKILL')
  }
  const writeSecrets = async (): Promise<void> => {
    for (let next = 0; ; next++) {
      const { VersionId = '' } = await secrets.send(new PutSecretValueCommand({ SecretId: 'token', SecretString: `value ${next}` }))
      versions.push(VersionId)
      count()
    }
  }
  const writeEvents = async (): Promise<void> => {
    for (;;) {
      const entry = { Source: 'app', DetailType: 'Happened', Detail: JSON.stringify({ text: 'x'.repeat(2_000) }) }
      const { Entries = [] } = await events.send(new PutEventsCommand({ Entries: [entry, entry] }))
      eventIds.push(...Entries.flatMap(({ EventId }) => EventId ?? []))
      count()
    }
  }
  await Promise.allSettled([writeSecrets(), writeEvents(), writeEvents()])
  await exit
  return { versions, eventIds }
}

describe('endpoints that are killed in the middle of their work', () => {
  it.each([20, 41, 62])('have kept all that they acknowledged (%i)', async (acknowledgements) => {
    const dir = mkdtempSync(join(tmpdir(), 'killed-'))
    const { versions, eventIds } = await killWhileWriting(dir, acknowledgements)
    expect(versions.length).toBeGreaterThan(0)
    expect(eventIds.length).toBeGreaterThan(0)
    expect(() => JSON.parse(readFileSync(join(dir, 'secrets.json'), 'utf8'))).not.toThrow()

    const delivered = new Set<string>()
    const onEvent = ({ id }: { readonly id: string }) => void delivered.add(id)
    const endpoints = await startAwsEndpoints({ dir, port: 0, clock: Date.now, onEvent, log: () => undefined })
    const client = new SecretsManagerClient({ region: 'us-east-1', endpoint: endpoints.url, credentials })
    for (const VersionId of versions.slice(-90))
      expect(await client.send(new GetSecretValueCommand({ SecretId: 'token', VersionId }))).toMatchObject({ VersionId })
    endpoints.events.resume()
    await endpoints.events.settled()
    const kept = endpoints.events.recent(10_000).map(({ event }) => event.id)
    expect(eventIds.filter((id) => !kept.includes(id))).toEqual([])
    expect([...delivered]).toEqual(kept.slice(kept.length - delivered.size))
    await endpoints.stop()
  })
})
