import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BusEvent } from '../../local/aws/bus-event.ts'
import { eventCounts } from '../../local/event-counts.ts'
import { functionLog } from '../../local/function-log.ts'
import { loginHold } from '../../local/login-hold.ts'
import { mailBox } from '../../local/mail-box.ts'
import { freshCounters } from '../../local/run-state.ts'
import { jsonLog } from '../../shared/lambda/log.ts'

const event = (type: string, detail: Readonly<Record<string, unknown>> = {}): BusEvent => ({
  version: '0',
  id: 'x',
  'detail-type': type,
  source: 'alpha-kite.pipeline',
  account: '',
  time: '2019-02-12T15:00:00Z',
  region: '',
  resources: [],
  detail,
})

describe('the counts of a run', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'run-report-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  it('take an outage that was announced twice for one, and add up what was redriven', () => {
    const redriven = (folded: number, deleted: number, sentNotDeleted: number) =>
      event('RedriveCompleted', { received: 9, folded, sent: folded, deleted, sentNotDeleted, unrecoverable: [] })
    expect(
      eventCounts([
        event('ReauthRequired', { outageId: 'a' }),
        event('ReauthRequired', { outageId: 'a' }),
        event('ReauthReminder', { outageId: 'a' }),
        event('ReauthRequired', { outageId: 'b' }),
        event('TokenExpiring'),
        redriven(2, 10, 1),
        redriven(1, 3, 0),
        event('FeedRestored'),
      ]),
    ).toEqual({ reauthRequired: 2, reminders: 1, warnings: 1, folded: 3, redriven: 13, sentNotDeleted: 1, feedRestored: 1 })
  })

  it('come from what the functions log, whatever else they print', () => {
    const counters = freshCounters()
    let deaths = 0
    const log = functionLog({ path: join(dir, 'functions.log'), counters, onDeath: () => deaths++, say: () => {} })
    log.line('fetcher', '{"event":"job_parked","outageId":"a"}')
    log.line('fetcher', '{"event":"token_died"}')
    log.line('fetcher', '{"event":"other","text":"job_parked token_died"}')
    log.line('fetcher', 'a line of "job_parked" that is no JSON')
    log.line('scheduler', '{"event":"jobs_enqueued","count":3}')
    jsonLog({ function: 'writer' }, (line) => log.line('writer', line.trimEnd()))('equity_data_inserted', { count: 5 })
    log.close()
    expect([counters.parked, counters.jobs, deaths]).toEqual([1, 3, 1])
    const lines = readFileSync(join(dir, 'functions.log'), 'utf8').trimEnd().split('\n')
    expect(lines).toHaveLength(6)
    expect(JSON.parse(lines[5] ?? '')).toMatchObject({ event: 'equity_data_inserted', CandlesWritten: 5 })
  })

  it('keep every mail in a file, and show its first line and its link', () => {
    const said: string[] = []
    const mails = mailBox({ file: join(dir, 'mails.log'), clock: () => 0, say: (line) => void said.push(line) })
    mails.deliver('arn:mail', 'The feed has stopped.\n\nLog in: http://x/reauth?ticket=a.b\n')
    mails.deliver('arn:mail', 'It is back.')
    expect(said).toEqual(['Mail: The feed has stopped. http://x/reauth?ticket=a.b', 'Mail: It is back.'])
    expect(readFileSync(join(dir, 'mails.log'), 'utf8')).toBe(
      '--- 1970-01-01T00:00:00.000Z arn:mail\nThe feed has stopped.\n\nLog in: http://x/reauth?ticket=a.b\n\n\n--- 1970-01-01T00:00:00.000Z arn:mail\nIt is back.\n\n',
    )
  })
})

describe('a login', () => {
  const setup = (longestMs?: number) => {
    const held: boolean[] = []
    const released = Promise.withResolvers<void>()
    const holdRealRate = () => {
      held.push(true)
      return () => {
        held.push(false)
        released.resolve()
      }
    }
    return { held, released: released.promise, hold: loginHold({ holdRealRate }, longestMs) }
  }

  it('holds the clock at real rate until it has come to its end', () => {
    const { held, hold } = setup()
    hold.end()
    hold.begin()
    hold.begin()
    hold.end()
    hold.end()
    expect(held).toEqual([true, false])
  })

  it('holds it no longer than it may', async () => {
    const { held, hold, released } = setup(1)
    hold.begin()
    await released
    expect(held).toEqual([true, false])
  })
})
