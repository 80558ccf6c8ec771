import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../local/aws/bus-event.ts'
import { openEventJournal } from '../../local/aws/event-journal.ts'
import { deliverEvents } from '../../local/aws/event-delivery.ts'
import { openSecretStore } from '../../local/aws/secret-store.ts'
import { startAwsEndpoints } from '../../local/aws/endpoints.ts'
import { faultBoard } from '../../local/faults/fault-board.ts'
import { openLocalKeys } from '../../local/local-keys.ts'
import { freshRunState, loadRunState, runStateFile } from '../../local/run-state.ts'
import { StateDamaged } from '../../local/state-damaged.ts'
import { startSqs } from '../../local/stack/sqs.ts'
import { startTestSchwab } from '../contract/schwab-simulator-setup.ts'

const SECRET = 'a-refresh-token-that-nobody-may-print'

/** What happens to files of a laptop. Of each the first character or byte that is wrong lies within the text. */
const DAMAGES: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  'cut in half': (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)),
  emptied: () => Buffer.alloc(0),
  'full of zeros': (bytes) => Buffer.alloc(bytes.length),
  'overwritten in part': (bytes) => {
    const damaged = Buffer.from(bytes)
    damaged.fill('#', Math.floor(bytes.length / 9), Math.floor(bytes.length / 3))
    return damaged
  },
  'another file': () => Buffer.from('{"name": "alpha-kite-pipeline", "private": true}\n'),
}

describe('a state file that is damaged', () => {
  let whole: string
  const event = (text: string): JournalEntry => ({
    bus: 'kite',
    event: {
      version: '0',
      id: '0c5b9a0e-27cf-4d57-9a5d-0c5b9a0e27cf',
      'detail-type': text,
      source: 'test',
      account: '000000000000',
      time: '2026-01-02T00:00:00Z',
      region: 'us-east-1',
      resources: [],
      detail: {},
    },
  })

  beforeAll(async () => {
    whole = mkdtempSync(join(tmpdir(), 'damaged-state-'))
    openLocalKeys(whole)
    faultBoard({ file: join(whole, 'faults.json'), clock: () => 0 }).set({ fault: 'events-down' })
    const run = runStateFile(whole)
    run.save(freshRunState('a market', 0))
    run.close()
    const aws = await startAwsEndpoints({ dir: join(whole, 'aws'), port: 0, clock: () => 0, onEvent: () => {}, log: () => {} })
    aws.secrets['CreateSecret']?.({ Name: 'token', SecretString: SECRET, ClientRequestToken: 'a'.repeat(32) })
    await aws.stop()
    const journal = openEventJournal(join(whole, 'aws/events.jsonl'), 100)
    journal.append([event('First'), event('Second')])
    journal.close()
    const delivery = deliverEvents({
      leftFrom: journal.recent(1),
      cursorPath: join(whole, 'aws/events.cursor'),
      onEvent: () => {},
      onFailure: () => {},
    })
    delivery.resume()
    await delivery.settled()
    const { schwab } = await startTestSchwab({ stateFile: join(whole, 'schwab.json') })
    await schwab.stop()
    const sqs = await startSqs({ port: 0, dataDir: join(whole, 'sqs') })
    await sqs.create([{ name: 'jobs', arn: 'arn:aws:sqs:us-east-1:000000000000:jobs', visibilitySeconds: 30, attributes: {} }])
    for (let sent = 0; sent < 100; sent++) await sqs.send('jobs', 'x'.repeat(1000))
    await sqs.stop()
  })
  afterAll(() => rmSync(whole, { recursive: true }))

  const OPENERS: Readonly<Record<string, (dir: string) => unknown>> = {
    'keys.json': openLocalKeys,
    'faults.json': (dir) => faultBoard({ file: join(dir, 'faults.json'), clock: () => 0 }),
    'run.json': loadRunState,
    'aws/secrets.json': (dir) => openSecretStore(join(dir, 'aws/secrets.json'), () => 0),
    'aws/events.jsonl': (dir) => openEventJournal(join(dir, 'aws/events.jsonl'), 100).recent(10),
    'aws/events.cursor': (dir) =>
      deliverEvents({ leftFrom: [], cursorPath: join(dir, 'aws/events.cursor'), onEvent: () => {}, onFailure: () => {} }),
    'schwab.json': async (dir) => (await startTestSchwab({ stateFile: join(dir, 'schwab.json') })).schwab.stop(),
    'sqs/fauxqs.db': async (dir) => (await startSqs({ port: 0, dataDir: join(dir, 'sqs') })).stop(),
  }
  /**
   * A journal loses the last line, which a crash has torn; SQLite begins with an empty file; the position of a run is in the first half of
   * its padded line.
   */
  const HARMLESS = new Set([
    'aws/events.jsonl cut in half',
    'aws/events.jsonl emptied',
    'aws/events.jsonl full of zeros',
    'sqs/fauxqs.db emptied',
    'run.json cut in half',
  ])

  const open = async (name: string, damage: (bytes: Buffer) => Buffer): Promise<unknown> => {
    const dir = mkdtempSync(join(tmpdir(), 'damaged-state-'))
    try {
      cpSync(whole, dir, { recursive: true })
      writeFileSync(join(dir, name), damage(readFileSync(join(dir, name))))
      await OPENERS[name]?.(dir)
      return undefined
    } catch (error) {
      return error
    } finally {
      rmSync(dir, { recursive: true })
    }
  }

  it.each(Object.keys(OPENERS))('%s is read when it is whole', async (name) => {
    expect(existsSync(join(whole, name))).toBe(true)
    expect(await open(name, (bytes) => bytes)).toBeUndefined()
  })

  it.each(Object.keys(OPENERS).flatMap((name) => Object.keys(DAMAGES).map((how) => [name, how] as const)))(
    '%s, %s, is named with what is wrong and what to do, and nothing of it is shown',
    async (name, how) => {
      const error = await open(name, (bytes) => DAMAGES[how]?.(bytes) ?? bytes)
      if (HARMLESS.has(`${name} ${how}`)) return expect(error).toBeUndefined()
      expect(error).toBeInstanceOf(StateDamaged)
      const text = String(error)
      expect(text).toContain(`/${name} is damaged: `)
      expect(text).toContain('start anew with another --data')
      for (const secret of [SECRET, 'sb_secret', '####']) expect(text).not.toContain(secret)
    },
  )
})
