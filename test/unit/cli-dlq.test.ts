import { describe, expect, it } from 'vitest'
import type { SeenMessage } from '../../cli/queue-desk.ts'
import { runCli } from '../../cli/run-cli.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { encodeCandleBatch, encodeFetchJob } from '../../shared/domain/messages.ts'
import { HOUR, MINUTE, toIso } from '../../shared/domain/time.ts'
import { cliDeps } from '../fakes/cli-deps.ts'
import { memoryPipeline, type MemoryPipeline } from '../fakes/cli-pipeline.ts'
import { NOW, SECRETS } from '../fakes/cli-tokens.ts'

const session = marketCalendar().sessionOn('2026-03-10')!
const window = { ticker: 'QQQ', from: session.opensAt, to: session.opensAt + 30 * MINUTE, sessions: [session], traceId: 'trace' }
const job = encodeFetchJob({ v: 1, kind: 'live', plannedAt: NOW, ...window })
const batch = encodeCandleBatch({ v: 1, kind: 'audit', fetchedAt: NOW, candles: [], ...window })
const message = (body: string, age: number, attributes: SeenMessage['attributes'] = {}): SeenMessage => ({
  id: `${age}`,
  body,
  sentAt: NOW - age,
  receives: 1,
  attributes,
})
const parked = { reason: 'reauth_required', outageId: 'outage-1', secretVersion: 'version-1', failedAt: toIso(NOW - 2 * HOUR) }

const filled = (): MemoryPipeline => {
  const pipeline = memoryPipeline({ now: NOW })
  pipeline.queues.messages.set('auth-dlq', [message(job, 2 * HOUR, parked), message(job, HOUR, parked)])
  pipeline.queues.messages.set('candles-dlq', [message(batch, 30_000, { reason: 'STORE_REJECTED' }), message('marked {', 10_000)])
  return pipeline
}
const kite = async (pipeline: MemoryPipeline, ...args: readonly string[]) => {
  const deps = cliDeps({ pipeline })
  const code = await runCli(['dlq', ...args], deps)
  expect(deps.printed() + deps.remarked()).not.toMatch(SECRETS)
  return { code, printed: deps.printed(), remarked: deps.remarked() }
}

describe('kite dlq', () => {
  it('lists how much waits in each and how old the oldest is, and what to do', async () => {
    const { code, printed } = await kite(filled())
    expect(code).toBe(0)
    expect(printed).toMatch(/^auth +2 +0 +2 h$/m)
    expect(printed).toMatch(/^jobs +0 +0 +-$/m)
    expect(printed).toMatch(/^candles +2 +0 +30 s$/m)
    expect(printed).toMatch(/^auth: kite reauth/m)
    expect(printed).not.toMatch(/^jobs: /m)
  })

  it('calls the age a lower bound when not all were looked at', async () => {
    expect((await kite(filled(), 'list', 'auth', '--max', '1')).printed).toMatch(/^auth +2 +0 +at least 2 h$/m)
  })

  it('lists for programs', async () => {
    expect(JSON.parse((await kite(filled(), 'list', 'auth', '--json')).printed)).toEqual({
      at: toIso(NOW),
      queues: [{ name: 'auth', waiting: 2, inFlight: 0, delayed: 0, lookedAt: 2, oldestSentAt: toIso(NOW - 2 * HOUR) }],
    })
  })

  it('shows what each message is for and why it is there', async () => {
    const { printed } = await kite(filled(), 'show')
    expect(printed).toContain('auth: 2 shown of about 2\n')
    expect(printed).toMatch(/^QQQ +live +2026-03-10 09:30 to 10:00 +reauth_required +outage-1 +2 h +1×$/m)
    expect(printed).toMatch(/^QQQ +audit +2026-03-10 09:30 to 10:00 +STORE_REJECTED +- +30 s +1×$/m)
    expect(printed).toContain('jobs: 0 shown of about 0\n')
  })

  it('does not show the text of a body that is none of ours', async () => {
    expect((await kite(filled(), 'show', 'candles')).printed).toMatch(/^\? +not readable, 8 bytes +- +- +- +10 s +1×$/m)
  })

  it('shows what EventBridge could not hand over, and its reason', async () => {
    const pipeline = memoryPipeline({ now: NOW })
    pipeline.queues.messages.set('events-dlq', [
      message('{"detail-type":"ReauthRequired","detail":{}}', 10_000, { ERROR_CODE: 'NO_PERMISSIONS' }),
      message('{"detail-type":"<b>marked</b>"}', 5_000, {}),
    ])
    const { printed } = await kite(pipeline, 'show', 'events')
    expect(printed).toMatch(/^\? +ReauthRequired +- +NO_PERMISSIONS +- +10 s +1×$/m)
    expect(printed).toMatch(/^\? +tick +- +- +- +5 s +1×$/m)
    expect((await kite(pipeline, 'list')).printed).toMatch(/^events: kite dlq show events/m)
  })

  it('shows for programs, a message a line', async () => {
    const lines = (await kite(filled(), 'show', 'auth-dlq', '--json')).printed.trim().split('\n')
    expect(lines).toHaveLength(2)
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      queue: 'auth',
      kind: 'live',
      ticker: 'QQQ',
      from: toIso(session.opensAt),
      to: toIso(session.opensAt + 30 * MINUTE),
      receives: 1,
      bytes: Buffer.byteLength(job),
      reason: 'reauth_required',
      outageId: 'outage-1',
      sentAt: toIso(NOW - 2 * HOUR),
      failedAt: toIso(NOW - 2 * HOUR),
    })
  })

  it('purges nothing without --yes, and says what a purge means', async () => {
    const pipeline = filled()
    const { code, remarked } = await kite(pipeline, 'purge', 'auth')
    expect(code).toBe(1)
    expect(remarked).toContain(
      'would delete about 2 of auth: what they were for is worked out from the database and fetched again, 30 days back',
    )
    expect(pipeline.queues.purged).toEqual([])
  })

  it('purges what is named, and no other', async () => {
    const pipeline = filled()
    expect((await kite(pipeline, 'purge', 'candles', '--yes')).code).toBe(0)
    expect(pipeline.queues.purged).toEqual(['candles-dlq'])
  })

  it.each([
    [['purge', '--yes'], 'name what to purge'],
    [['empty'], 'kite dlq has no empty: write list, show or purge'],
    [['show', 'writer'], 'there is no dead-letter queue writer'],
    [['list', '--max', '0'], '--max 0: write a whole number'],
  ])('refuses %j with exit code 2', async (args, text) => {
    const deps = cliDeps()
    expect(await runCli(['dlq', ...args], deps)).toBe(2)
    expect(deps.remarked()).toContain(text)
  })
})
