import { beforeEach, describe, expect, it } from 'vitest'
import type { RedriveDeps } from '../../functions/redriver/redrive-deps.ts'
import { redriveParked } from '../../functions/redriver/redrive-parked.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { AwsUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts'
import { EVENTS } from '../../shared/domain/events.ts'
import type { LogEvent, LogFields } from '../../shared/domain/log-events.ts'
import { encodeFetchJob, FetchJob } from '../../shared/domain/messages.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE, toIso } from '../../shared/domain/time.ts'
import { monday, sessionOn, tuesday, weekdays } from '../contract/store-setup.ts'
import { memoryEventBus } from '../fakes/memory-event-bus.ts'
import { memoryParking, memoryQueue, type MemoryParking, type MemoryQueue } from '../fakes/memory-queues.ts'
import { memoryStore, type MemoryStore } from '../fakes/memory-store.ts'
import { memoryTokenBook, type MemoryTokenBook } from '../fakes/memory-token-book.ts'

const week = weekdays(7)
const DIED = monday.opensAt + 30 * MINUTE

let now: number
let ids: number
let parking: MemoryParking
let jobs: MemoryQueue
let store: MemoryStore
let tokens: MemoryTokenBook
let events: ReturnType<typeof memoryEventBus>
let logged: { readonly event: LogEvent; readonly fields: LogFields | undefined }[]

beforeEach(async () => {
  now = week[6]!.closesAt + 2 * HOUR
  ids = 0
  parking = memoryParking(() => now)
  jobs = memoryQueue(() => now)
  store = memoryStore()
  tokens = memoryTokenBook()
  events = memoryEventBus()
  logged = []
  await tokens.markDead({ version: 'v1', reason: 'reauth_required', now: DIED })
})

const deps = (over: Partial<RedriveDeps> = {}): RedriveDeps => ({
  clock: () => now,
  calendar: marketCalendar(),
  config: { horizonDays: 30 },
  tokens,
  leases: tokens,
  parked: parking,
  jobs: jobs.jobs,
  putBack: (...message) => jobs.source.putBack(...message),
  book: store,
  events,
  newId: () => `redrive-${(ids += 1)}`,
  remainingMs: () => 100_000,
  log: (event, fields) => void logged.push({ event, fields }),
  ...over,
})
const login = () =>
  tokens.recordProven({
    version: 'v2',
    how: 'login',
    now,
    loggedInAt: now,
    accessExpiresAt: now + HOUR,
    refreshExpiresAt: now + 7 * 24 * HOUR,
  })
const live = (ticker: string, session: Session): FetchJob => ({
  v: 1,
  kind: 'live',
  ticker,
  from: session.opensAt,
  to: session.opensAt + 30 * MINUTE,
  sessions: [session],
  plannedAt: session.opensAt + 30 * MINUTE,
  traceId: 'trace',
})
const parkBody = (body: string) =>
  parking.park({ body, reason: 'REAUTHORIZATION_REQUIRED', outageId: 'outage-1', secretVersion: 'v1', failedAt: DIED })
const park = async (...all: readonly FetchJob[]): Promise<void> => {
  for (const job of all) await parkBody(encodeFetchJob(job))
}
const sent = (): readonly FetchJob[] => jobs.taken.map((body) => FetchJob.parse(JSON.parse(body)))
const fieldsOf = (event: LogEvent) => logged.findLast((entry) => entry.event === event)?.fields
const claimedUntil = async (ticker: string, session: Session): Promise<number | undefined> => {
  const state = await store.beginTick({ tick: now, tickers: [ticker], sessions: [session], dirtyBefore: 0 })
  return state.incomplete[0]?.claimedUntil
}
const NOTHING = { received: 0, folded: 0, sent: 0, deleted: 0, sentNotDeleted: 0, unrecoverable: [] }

describe('redriveParked', () => {
  it('makes a hundred requests of seven days of a hundred tickers', async () => {
    await login()
    const tickers = Array.from({ length: 100 }, (_, index) => `T${index}`)
    for (const session of week) await park(...tickers.map((ticker) => live(ticker, session)))
    const counts = { received: 700, folded: 100, sent: 100, deleted: 700, sentNotDeleted: 0, unrecoverable: [] }
    expect(await redriveParked(deps())).toEqual({ ...counts, skipped: undefined, left: 0, nextDueAt: toIso(now + HOUR) })
    expect(sent()).toHaveLength(100)
    expect(sent()[0]).toMatchObject({ kind: 'backfill', from: week[0]!.opensAt, to: week[6]!.closesAt, sessions: week })
    expect(events.published).toEqual([{ type: 'RedriveCompleted', detail: { outageId: 'outage-1', ...counts } }])
    expect(tokens.outages()).toMatchObject([{ redriven: 700 }])
    expect(fieldsOf('redrive_completed')).toMatchObject({ received: 700, unrecoverable: 0, outageId: 'outage-1' })
  })

  it('costs one look where nothing is parked', async () => {
    const unused = { ...tokens, tokenState: () => Promise.reject(new Error('not needed')) }
    expect(await redriveParked(deps({ tokens: unused }))).toEqual({ ...NOTHING, skipped: undefined, left: 0, nextDueAt: toIso(now + HOUR) })
    expect([jobs.sends, events.published]).toEqual([[], []])
  })

  it('touches nothing while the token is dead', async () => {
    await park(live('QQQ', monday))
    expect(await redriveParked(deps())).toEqual({ ...NOTHING, skipped: 'token_dead', left: 1, nextDueAt: toIso(now + 5 * MINUTE) })
    expect([jobs.taken, events.published]).toEqual([[], []])
    expect(await parking.receive()).toHaveLength(1)
    expect(fieldsOf('redrive_skipped')).toEqual({ reason: 'token_dead', count: 1 })
  })

  it('claims the sessions for ten minutes before it sends, so that nobody plans them twice', async () => {
    await login()
    await park(live('QQQ', monday))
    const crash = { send: () => Promise.reject(new Error('crash')) }
    await expect(redriveParked(deps({ jobs: crash }))).rejects.toThrow('crash')
    expect(await claimedUntil('QQQ', monday)).toBe(now + 10 * MINUTE)
    expect(parking.messages()).toHaveLength(1)
  })

  it('sends nothing that it could not claim', async () => {
    await login()
    await park(live('QQQ', monday))
    const book = { claimSessions: () => Promise.reject(new StoreUnavailable('down')) }
    await expect(redriveParked(deps({ book }))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect([jobs.taken.length, parking.messages().length]).toEqual([0, 1])
  })

  it('loses nothing by a crash between send and delete: what was sent is sent twice (invariant 4)', async () => {
    await login()
    await park(live('QQQ', monday), live('QQQ', tuesday))
    const crashing = { ...parking, remove: () => Promise.reject(new Error('crash')) }
    await expect(redriveParked(deps({ parked: crashing }))).rejects.toThrow('crash')
    expect([sent().length, parking.messages().length]).toEqual([1, 2])
    expect(await redriveParked(deps())).toMatchObject({ received: 0, left: 2, nextDueAt: toIso(now + 5 * MINUTE) })
    now += 2 * MINUTE
    expect(await redriveParked(deps())).toMatchObject({ received: 2, sent: 1, deleted: 2, left: 0 })
    expect(sent().map(({ sessions }) => sessions)).toEqual([
      [monday, tuesday],
      [monday, tuesday],
    ])
  })

  it('deletes only those whose window was sent', async () => {
    await login()
    await park(live('QQQ', monday), live('SPY', monday), live('QQQ', tuesday))
    jobs.refuseNext(0)
    expect(await redriveParked(deps())).toMatchObject({ received: 3, folded: 2, sent: 1, deleted: 1, sentNotDeleted: 0, left: 2 })
    expect(sent().map(({ ticker }) => ticker)).toEqual(['SPY'])
    expect(parking.messages().map(({ body }) => FetchJob.parse(JSON.parse(body)).ticker)).toEqual(['QQQ', 'QQQ'])
    now += 2 * MINUTE
    expect(await redriveParked(deps())).toMatchObject({ received: 2, sent: 1, deleted: 2, left: 0 })
  })

  it('keeps a job of two windows until both were sent', async () => {
    await login()
    const twelve = weekdays(12)
    now = twelve[11]!.closesAt + HOUR
    await park({ ...live('QQQ', monday), sessions: [...twelve] })
    jobs.refuseNext(1)
    expect(await redriveParked(deps())).toMatchObject({ received: 1, folded: 2, sent: 1, deleted: 0, left: 1 })
  })

  it('counts what was sent and could not be deleted', async () => {
    await login()
    await park(live('QQQ', monday), live('SPY', monday))
    parking.refuseRemoves(1)
    expect(await redriveParked(deps())).toMatchObject({
      sent: 2,
      deleted: 1,
      sentNotDeleted: 1,
      left: 1,
      nextDueAt: toIso(now + 5 * MINUTE),
    })
    expect(tokens.outages()).toMatchObject([{ redriven: 1 }])
  })

  it('lets one work and tells the other that it does', async () => {
    await login()
    await park(live('QQQ', monday))
    const [first, second] = await Promise.all([redriveParked(deps()), redriveParked(deps())])
    expect([first.skipped, second.skipped]).toEqual([undefined, 'leased'])
    expect(second.nextDueAt).toBe(toIso(now + 5 * MINUTE))
    expect(sent()).toHaveLength(1)
    expect(tokens.holder('redrive')).toBeUndefined()
  })

  it('gives the lease back when it fails', async () => {
    await login()
    await park(live('QQQ', monday))
    await expect(redriveParked(deps({ jobs: { send: () => Promise.reject(new Error('crash')) } }))).rejects.toThrow('crash')
    expect(tokens.holder('redrive')).toBeUndefined()
  })

  it('reports windows out of Schwab’s reach and does not keep them parked', async () => {
    await login()
    await park(live('QQQ', sessionOn('2025-09-03')), live('QQQ', monday))
    const unrecoverable = [{ ticker: 'QQQ', date: '2025-09-03' }]
    expect(await redriveParked(deps())).toMatchObject({ received: 2, sent: 1, deleted: 2, unrecoverable, left: 0 })
    expect(events.published).toMatchObject([{ detail: { unrecoverable } }])
  })

  it('gives what it cannot read to the fetcher, which knows where such messages go', async () => {
    await login()
    await parkBody('not a job')
    await park(live('QQQ', monday))
    expect(await redriveParked(deps())).toMatchObject({ received: 2, folded: 1, deleted: 2, left: 0 })
    expect(jobs.taken).toContain('not a job')
  })

  it('gives it back with the trace id that it has as an attribute', async () => {
    await login()
    await parking.park({ body: 'not a job', reason: 'r', outageId: 'o', secretVersion: 'v', failedAt: DIED, traceId: 'trace-1' })
    await redriveParked(deps())
    expect(jobs.receive()).toMatchObject([{ body: 'not a job', traceId: 'trace-1' }])
  })

  it('logs each window that was sent with the trace ids that it stands for, and none that was not', async () => {
    await login()
    const traced = (ticker: string, traceId: string): FetchJob => ({ ...live(ticker, monday), traceId })
    await park(traced('QQQ', 'a'), traced('QQQ', 'b'), traced('SPY', 'c'), traced('DIA', 'd'))
    jobs.refuseNext(1)
    await redriveParked(deps())
    expect(logged.filter(({ event }) => event === 'jobs_redriven').map(({ fields }) => fields)).toEqual([
      { ticker: 'QQQ', count: 2, traceId: 'redrive-1', traceIds: ['a', 'b'] },
      { ticker: 'DIA', count: 1, traceId: 'd', traceIds: ['d'] },
    ])
  })

  it('keeps parked what it could neither read nor give back', async () => {
    await login()
    await parkBody('not a job')
    const putBack = () => Promise.reject(new AwsUnavailable('down'))
    expect(await redriveParked(deps({ putBack }))).toMatchObject({ received: 1, deleted: 0, left: 1 })
  })

  it('folds a thousand at a time and goes on while there is time', async () => {
    await login()
    await park(...Array.from({ length: 1_500 }, () => live('QQQ', monday)))
    expect(await redriveParked(deps())).toMatchObject({ received: 1_500, folded: 2, deleted: 1_500, left: 0 })
  })

  it('stops in time to send and delete what it received', async () => {
    await login()
    await park(...Array.from({ length: 100 }, () => live('QQQ', monday)))
    let remaining = 26_000
    const result = await redriveParked(deps({ remainingMs: () => (remaining -= 300) }))
    expect(result).toMatchObject({ received: 30, sent: 1, deleted: 30, left: 70, nextDueAt: toIso(now + 5 * MINUTE) })
  })

  it('is not undone by a bus or a database that does not take the report', async () => {
    await login()
    await park(live('QQQ', monday))
    const over = {
      events: { publish: () => Promise.reject(new AwsUnavailable('down')) },
      tokens: { ...tokens, countRedriven: () => Promise.reject(new StoreUnavailable('down')) },
    }
    expect(await redriveParked(deps(over))).toMatchObject({ sent: 1, deleted: 1, left: 0 })
    expect(logged.filter(({ event }) => event === 'redrive_not_reported')).toHaveLength(2)
  })

  it('names at most a hundred unrecoverable windows in its event', async () => {
    await login()
    const old = sessionOn('2025-09-03')
    await park(...Array.from({ length: 101 }, (_, index) => live(`T${index}`, old)))
    expect((await redriveParked(deps())).unrecoverable).toHaveLength(101)
    expect(EVENTS.RedriveCompleted.safeParse(events.published[0]?.detail).success).toBe(true)
  })
})

describe('a dry run', () => {
  it('says what would be done and changes nothing, also while the token is dead', async () => {
    await park(live('QQQ', monday), live('QQQ', tuesday), live('SPY', monday))
    const result = await redriveParked(deps(), { dryRun: true })
    expect(result).toMatchObject({ received: 3, folded: 2, sent: 0, deleted: 0, skipped: undefined, left: 3 })
    expect([jobs.taken, events.published, parking.messages().length]).toEqual([[], [], 3])
    expect(await claimedUntil('QQQ', monday)).toBeUndefined()
  })
})
