import { describe, expect, it } from 'vitest'
import { endMessage } from '../../cli/redrive.ts'
import { runCli } from '../../cli/run-cli.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { encodeFetchJob, type FetchJob } from '../../shared/domain/messages.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { cliDeps } from '../fakes/cli-deps.ts'
import { memoryPipeline, type MemoryPipeline } from '../fakes/cli-pipeline.ts'
import { NOW, SECRETS, tokenText } from '../fakes/cli-tokens.ts'

const session = marketCalendar().sessionOn('2026-03-09')!
/** Five parked minutes of one session. */
const filled = async (): Promise<MemoryPipeline> => {
  const pipeline = memoryPipeline({ now: NOW, token: tokenText() })
  for (let minute = 0; minute < 5; minute++) {
    const [from, to] = [session.opensAt + minute * MINUTE, session.opensAt + (minute + 1) * MINUTE]
    const job: FetchJob = { v: 1, kind: 'live', ticker: 'QQQ', from, to, sessions: [session], plannedAt: to, traceId: 't' }
    const fact = { reason: 'reauth_required', outageId: 'outage-1', secretVersion: 'version-1', failedAt: to }
    await pipeline.parking.park({ body: encodeFetchJob(job), ...fact })
  }
  return pipeline
}
const kite = async (pipeline: MemoryPipeline, ...args: readonly string[]) => {
  const deps = cliDeps({ pipeline })
  const code = await runCli(['redrive', ...args], deps)
  expect(deps.printed() + deps.remarked()).not.toMatch(SECRETS)
  return { code, printed: deps.printed(), remarked: deps.remarked() }
}

describe('kite redrive', () => {
  it('folds the parked jobs, sends them, deletes them, and counts', async () => {
    const pipeline = await filled()
    const { code, printed, remarked } = await kite(pipeline)
    expect(code).toBe(0)
    expect(printed).toMatch(/^received +5\nfolded +1\nsent +1\ndeleted +5\nsentNotDeleted +0\nunrecoverable +0\n$/)
    expect(remarked).toContain('kite: sent 5 parked jobs as 1 window\n')
    expect(pipeline.jobQueue.taken).toHaveLength(1)
    expect(pipeline.parking.messages()).toEqual([])
    expect(pipeline.events.published.map(({ type }) => type)).toEqual(['RedriveCompleted'])
  })

  it('only counts with --dry-run', async () => {
    const pipeline = await filled()
    const { code, remarked } = await kite(pipeline, '--dry-run')
    expect(code).toBe(0)
    expect(remarked).toContain('would send 5 parked jobs as 1 window')
    expect(pipeline.jobQueue.taken).toEqual([])
    expect(pipeline.parking.messages()).toHaveLength(5)
  })

  it('sends nothing while the token is dead', async () => {
    const pipeline = await filled()
    await pipeline.memory.markDead({ version: 'version-1', reason: 'reauth_required', now: NOW - HOUR })
    const { code, remarked } = await kite(pipeline)
    expect(code).toBe(1)
    expect(remarked).toContain('nothing was sent: the token is dead')
    expect(pipeline.jobQueue.taken).toEqual([])
  })

  it('says honestly what was sent but not deleted', async () => {
    const pipeline = await filled()
    pipeline.parking.refuseRemoves(2)
    const { code, printed, remarked } = await kite(pipeline)
    expect(code).toBe(0)
    expect(printed).toMatch(/^sentNotDeleted +2$/m)
    expect(remarked).toContain('2 were sent but not deleted: they will be seen twice, harmless')
  })

  it('speaks to programs', async () => {
    const { printed } = await kite(memoryPipeline({ now: NOW, token: tokenText() }), '--json')
    expect(JSON.parse(printed)).toMatchObject({ received: 0, left: 0, unrecoverable: [] })
  })

  it.each([
    [{ skipped: 'leased' }, 'somebody else is at it'],
    [{ left: 3 }, 'SQS showed none of about 3 parked jobs'],
    [{}, 'nothing is parked'],
    [{ received: 4, folded: 2, sent: 1 }, '1 window not taken by the queue, and their jobs stay parked'],
    [{ received: 4, folded: 1, sent: 1, unrecoverable: [{ ticker: 'QQQ', date: '2026-01-02' }] }, '1 session older than 90 days'],
  ] as const)('says of %j: %s', (changes, text) => {
    const nothing = { received: 0, folded: 0, sent: 0, deleted: 0, sentNotDeleted: 0, unrecoverable: [], left: 0, nextDueAt: '' }
    expect(endMessage({ ...nothing, skipped: undefined, ...changes }, false)).toContain(text)
  })
})
