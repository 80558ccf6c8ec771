import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATIENCE_MS } from '../../local/patience.ts'
import type { RunningSupabase } from '../../local/supabase/start-supabase.ts'
import { serveFetch } from '../../local/supabase/serve-fetch.ts'
import { supabaseStore } from '../../shared/adapters/supabase.ts'
import { StoreRejected, StoreTimedOut, StoreUnavailable } from '../../shared/domain/errors.ts'
import { startEmbedded, storeAt } from './store-embedded.ts'
import { bar, indicators, liveRead, monday, newTicker } from './store-setup.ts'

const SECRET = 'sb_secret_never_shown'
const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )
const request = { now: monday.opensAt, live: 1, backfill: 0, perMinute: 1, backfillPerMinute: 1 }

/** The store's answer to a database that answers every call so. */
const failure = (answer: () => Promise<Response> | Response): Promise<unknown> =>
  errorOf(
    supabaseStore({ url: 'http://127.0.0.1:1', secretKey: SECRET, timeoutMs: PATIENCE_MS, fetch: async () => answer() }).beginFetch(
      request,
    ),
  )

const refusal =
  (status: number, code: string, message = `about ${SECRET}`) =>
  () =>
    Response.json({ code, message, details: null, hint: null }, { status })

describe('the Supabase store', () => {
  it.each([
    ['a broken constraint', 400, '23514'],
    ['a value out of range', 400, '22003'],
    ['a bar that is there twice', 500, '21000'],
    ['a duplicate key', 409, '23505'],
    ['a body that is no JSON', 400, 'PGRST102'],
    ['a body that is too large', 413, ''],
  ])('rejects a message for %s', async (_, status, code) => {
    expect(await failure(refusal(status, code))).toBeInstanceOf(StoreRejected)
  })

  it.each([
    ['a deadlock', 500, '40P01'],
    ['a serialization failure', 500, '40001'],
    ['a lock time-out', 500, '55P03'],
    ['a lost connection', 503, 'PGRST001'],
    ['a crowded pool', 504, 'PGRST003'],
    ['a full disk', 503, '53100'],
    ['a gateway without JSON', 502, ''],
    ['a wrong key', 401, ''],
    ['a missing right', 403, '42501'],
    ['a missing migration', 404, 'PGRST202'],
  ])('takes %s for something that may pass', async (_, status, code) => {
    expect(await failure(refusal(status, code))).toBeInstanceOf(StoreUnavailable)
  })

  it('says of a statement that took too long that less of it may do', async () => {
    expect(await failure(refusal(500, '57014'))).toBeInstanceOf(StoreTimedOut)
  })

  it('takes a page that is no JSON for an outage', async () => {
    expect(await failure(() => new Response('<html>Bad gateway</html>', { status: 502 }))).toBeInstanceOf(StoreUnavailable)
    expect(await failure(() => new Response('<html>Welcome</html>'))).toBeInstanceOf(StoreUnavailable)
  })

  it('takes an answer of an unknown shape for a schema that is not migrated yet', async () => {
    expect(await failure(() => Response.json({ granted: 1 }))).toBeInstanceOf(StoreUnavailable)
  })

  it('takes a broken connection for an outage', async () => {
    expect(await failure(() => Promise.reject(new TypeError('fetch failed')))).toBeInstanceOf(StoreUnavailable)
  })

  it('gives up after its time-out', async () => {
    const silent = await serveFetch(() => new Promise(() => {}), 0)
    const store = supabaseStore({ url: `http://127.0.0.1:${silent.port}`, secretKey: SECRET, timeoutMs: 50 })
    expect(await errorOf(store.beginFetch(request))).toBeInstanceOf(StoreUnavailable)
    await silent.stop()
  })

  it('says in its message what failed, and no key and no text of the database', async () => {
    const error = await failure(refusal(400, '23514'))
    expect(error).toMatchObject({ message: 'begin_fetch: HTTP 400 23514' })
    expect(String(error instanceof Error ? error.stack : '')).not.toContain(SECRET)
  })

  it('asks once: the queue repeats a message, not the client', async () => {
    let calls = 0
    await failure(() => {
      calls += 1
      return refusal(503, 'PGRST001')()
    })
    expect(calls).toBe(1)
  })
})

describe('the embedded Supabase', () => {
  let supabase: RunningSupabase
  beforeAll(async () => {
    supabase = await startEmbedded()
  })
  afterAll(() => supabase.stop())

  const at = monday.opensAt
  it.each([
    ['a high below the low', { ...bar(at), high: 1 }],
    ['a negative volume', { ...bar(at), volume: -1 }],
    ['a price that is no number', { ...bar(at), close: NaN }],
    ['a time between two minutes', bar(at + 1000)],
  ])('rejects a batch with %s and stores nothing of it', async (_, candle) => {
    const store = storeAt(supabase.url)
    const ticker = newTicker()
    const batch = liveRead(ticker, monday, [bar(at - 60_000), candle])
    expect(await errorOf(store.ingest([batch], 0))).toBeInstanceOf(StoreRejected)
    expect(await store.ingest([{ ...batch, candles: [], sessions: [] }], 0)).toEqual([
      { ticker, revision: 0, written: 0, recompute: undefined },
    ])
  })

  it('rejects a batch with one minute twice', async () => {
    expect(await errorOf(storeAt(supabase.url).ingest([liveRead(newTicker(), monday, [bar(at), bar(at, 200)])], 0))).toBeInstanceOf(
      StoreRejected,
    )
  })

  it('rejects indicators that are out of range', async () => {
    const put = { ticker: newTicker(), revision: 0, rows: [{ ...indicators(at, 1), cross: 2 as 1 }] }
    expect(await errorOf(storeAt(supabase.url).putIndicators([put]))).toBeInstanceOf(StoreRejected)
  })

  it('refuses a key it was not started with', async () => {
    const store = supabaseStore({ url: supabase.url, secretKey: 'sb_secret_other', timeoutMs: PATIENCE_MS })
    expect(await errorOf(store.beginFetch(request))).toBeInstanceOf(StoreUnavailable)
  })

  it('takes another port when its own is taken', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const listening = await serveFetch(() => new Response('here'), port)
    expect(listening.port).not.toBe(port)
    expect(await (await fetch(`http://127.0.0.1:${listening.port}/`)).text()).toBe('here')
    await listening.stop()
    taken.close()
  })
})
