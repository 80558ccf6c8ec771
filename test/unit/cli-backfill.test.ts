import { describe, expect, it } from 'vitest'
import { planBackfill } from '../../cli/plan-backfill.ts'
import { runCli } from '../../cli/run-cli.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { FetchJob } from '../../shared/domain/messages.ts'
import { CLAIM } from '../../shared/domain/plan-jobs.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { cliDeps } from '../fakes/cli-deps.ts'
import { memoryPipeline, type MemoryPipeline } from '../fakes/cli-pipeline.ts'
import { NOW, SECRETS, tokenText } from '../fakes/cli-tokens.ts'

const calendar = marketCalendar()
const kite = async (pipeline: MemoryPipeline, ...args: readonly string[]) => {
  const deps = cliDeps({ pipeline })
  const code = await runCli(['backfill', ...args], deps)
  expect(deps.printed() + deps.remarked()).not.toMatch(SECRETS)
  return { code, printed: deps.printed(), remarked: deps.remarked() }
}
const pipelineNow = (): MemoryPipeline => memoryPipeline({ now: NOW, token: tokenText() })
const asking = (from: string, to: string, ticker = 'QQQ') => ['--ticker', ticker, '--from', from, '--to', to]
const jobsOf = ({ jobQueue }: MemoryPipeline) => jobQueue.taken.map((body) => FetchJob.parse(JSON.parse(body)))

describe('the plan of a backfill', () => {
  const plan = (from: string, to: string, now = NOW) => planBackfill({ ticker: 'QQQ', from, to, calendar, now, traceId: 't' })

  it('is one job for each ten sessions, over weekends and holidays', () => {
    // 28 dates with 19 sessions: Presidents' Day is closed.
    const { jobs, sessions } = plan('2026-02-09', '2026-03-08')
    expect(sessions).toHaveLength(19)
    expect(jobs.map((job) => job.sessions.length)).toEqual([10, 9])
    expect(jobs.flatMap((job) => job.sessions)).toEqual(sessions)
    for (const job of jobs)
      expect(job).toMatchObject({ kind: 'backfill', from: job.sessions[0]?.opensAt, to: job.sessions.at(-1)?.closesAt })
    expect(jobs.every((job) => job.notAfter === undefined)).toBe(true)
  })

  it('leaves a session out until half an hour after its close', () => {
    const { closesAt } = calendar.sessionOn('2026-03-09')!
    expect(plan('2026-03-09', '2026-03-09', closesAt + 30 * MINUTE - 1)).toMatchObject({ jobs: [], tooEarly: ['2026-03-09'] })
    expect(plan('2026-03-09', '2026-03-09', closesAt + 30 * MINUTE)).toMatchObject({ jobs: [{ ticker: 'QQQ' }], tooEarly: [] })
  })
})

describe('kite backfill', () => {
  it('puts the jobs on the queue, claims their sessions, and says how many requests they are', async () => {
    const pipeline = pipelineNow()
    const { code, printed } = await kite(pipeline, ...asking('2026-03-05', '2026-03-09'))
    expect(code).toBe(0)
    expect(printed).toMatch(/^1 request for 3 sessions of QQQ, behind the live ones\nWatch: kite status --ticker QQQ/)
    expect(jobsOf(pipeline).map(({ ticker, sessions }) => [ticker, sessions.map(({ date }) => date)])).toEqual([
      ['QQQ', ['2026-03-05', '2026-03-06', '2026-03-09']],
    ])
    const session = calendar.sessionOn('2026-03-06')!
    const tick = await pipeline.memory.beginTick({ tick: NOW, tickers: ['QQQ'], sessions: [session], dirtyBefore: 0 })
    expect(tick.incomplete[0]?.claimedUntil).toBe(NOW + CLAIM)
  })

  it("leaves today's open session out and says so", async () => {
    const pipeline = pipelineNow()
    const { code, remarked } = await kite(pipeline, ...asking('2026-03-09', '2026-03-10'))
    expect(code).toBe(0)
    expect(remarked).toContain('2026-03-10 is left out')
    expect(jobsOf(pipeline)).toHaveLength(1)
  })

  it.each([
    ['a future day', asking('2026-03-10', '2026-03-11'), '2026-03-11 is in the future'],
    ['what Schwab keeps no more', asking('2026-01-20', '2026-03-09'), 'Schwab keeps minute candles for 48 days, back to 2026-01-21'],
    ['a ticker that is not in pipeline.yml', asking('2026-03-09', '2026-03-09', 'SPY'), 'SPY is not in pipeline.yml'],
    ['closed days only', asking('2026-03-07', '2026-03-08'), 'there is no closed session from 2026-03-07 to 2026-03-08'],
  ])('refuses %s', async (_, args, message) => {
    const pipeline = pipelineNow()
    const { code, remarked } = await kite(pipeline, ...args)
    expect(code).toBe(1)
    expect(remarked).toContain(message)
    expect(jobsOf(pipeline)).toEqual([])
  })

  it('takes another ticker and older days with --force, but never the future', async () => {
    const pipeline = pipelineNow()
    expect((await kite(pipeline, '--force', ...asking('2026-01-02', '2026-01-02', 'SPY'))).code).toBe(0)
    expect(jobsOf(pipeline)).toHaveLength(1)
    expect((await kite(pipeline, '--force', ...asking('2026-03-11', '2026-03-11'))).code).toBe(1)
  })

  it('warns when the token is dead', async () => {
    const pipeline = pipelineNow()
    await pipeline.memory.markDead({ version: 'version-1', reason: 'reauth_required', now: NOW })
    const { code, remarked } = await kite(pipeline, ...asking('2026-03-09', '2026-03-09'))
    expect(code).toBe(0)
    expect(remarked).toContain('the token is dead: they wait in auth-dlq')
  })

  it('says when the queue did not take a job', async () => {
    const pipeline = pipelineNow()
    pipeline.jobQueue.refuseNext(1)
    const { code, printed, remarked } = await kite(pipeline, ...asking('2026-02-09', '2026-03-08'))
    expect({ code, printed }).toEqual({ code: 1, printed: '' })
    expect(remarked).toContain('1 of 2 jobs were not taken by the queue (refused by the test)')
  })

  it.each([
    [['--from', '2026-03-09', '--to', '2026-03-09'], 'write one ticker'],
    [asking('2026-03-09', '2026-03-09', 'QQQ,SPY'), 'write one ticker'],
    [asking('2026-03-10', '2026-03-09'), 'is later than'],
  ])('refuses %j with exit code 2', async (args, message) => {
    const deps = cliDeps()
    expect(await runCli(['backfill', ...args], deps)).toBe(2)
    expect(deps.remarked()).toContain(message)
  })
})
