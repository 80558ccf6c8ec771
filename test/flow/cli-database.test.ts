import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { guarded } from '../../local/process/guarded.ts'
import type { Database } from '../../cli/command.ts'
import { openDatabase } from '../../cli/open-database.ts'
import { runCli } from '../../cli/run-cli.ts'
import { supabaseReader } from '../../cli/supabase-reader.ts'
import { writeEndpoints } from '../../local/endpoints.ts'
import { lockStateDir } from '../../local/state-lock.ts'
import { startSupabase, type RunningSupabase } from '../../local/supabase/start-supabase.ts'
import { marketCalendar, sessionsBetween } from '../../shared/domain/calendar.ts'
import { MINUTE, toIso } from '../../shared/domain/time.ts'
import { cliDeps } from '../fakes/cli-deps.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const keys = { publishable: 'sb_publishable_test', secret: 'sb_secret_test' }
const sessions = sessionsBetween(marketCalendar(), Date.parse('2026-01-02T00:00:00Z'), Date.parse('2026-01-13T00:00:00Z'))
const now = Date.parse('2026-01-12T23:00:00Z')
const HEADER =
  'ticker,timestamp,open,high,low,close,volume,sma9,vwap,ema12,ema26,macd,macd_signal,macd_histogram,rsi14,bb_upper,bb_middle,bb_lower,atr14,cross'

const dir = mkdtempSync(join(tmpdir(), 'kite-'))
let supabase: RunningSupabase
const database = (): Database => ({ reader: supabaseReader(supabase.url, keys.secret), clock: () => now, close: async () => {} })
const kite = async (...args: readonly string[]) => {
  const deps = cliDeps({ database: database() })
  const code = await runCli(args, deps)
  return { code, printed: deps.printed(), remarked: deps.remarked(), lines: deps.printed().trimEnd().split('\n') }
}

/** Seven sessions of QQQ, the last two minutes of the newest left out; two bars of BRK/B. */
const fill = async (): Promise<void> => {
  const client = createClient(supabase.url, keys.secret, { auth: { persistSession: false } })
  const insert = async (table: string, rows: readonly object[]): Promise<void> => {
    for (let start = 0; start < rows.length; start += 500) {
      const { error } = await client.from(table).insert(rows.slice(start, start + 500))
      if (error !== null) throw new Error(`${table}: ${error.message}`)
    }
  }
  const times = sessions
    .flatMap(({ opensAt, closesAt }) => Array.from({ length: (closesAt - opensAt) / MINUTE }, (_, index) => opensAt + index * MINUTE))
    .slice(0, -2)
  const bar = (ticker: string, at: number) => ({
    ticker,
    timestamp: toIso(at),
    open: 0.1 + 0.2,
    high: 4.35,
    low: 1e-7,
    close: 1 / 3,
    volume: 0,
    updated_at: toIso(at),
  })
  await insert('equity_data', [...times.map((at) => bar('QQQ', at)), ...times.slice(0, 2).map((at) => bar('BRK/B', at))])
  const warm = {
    sma9: 2 / 3,
    vwap: null,
    ema12: 1,
    ema26: 2,
    macd: -1,
    macd_signal: null,
    macd_histogram: null,
    rsi14: 50,
    bb_upper: 3,
    bb_middle: 2,
    bb_lower: 1,
    atr14: 1.5,
  }
  await insert(
    'indicators',
    times.slice(1).map((at) => Object.assign({ ticker: 'QQQ', timestamp: toIso(at), cross: -1, revision: 1 }, warm)),
  )
  await insert('ticker_revision', [{ ticker: 'QQQ' }, { ticker: 'BRK/B' }])
  await insert(
    'session_coverage',
    sessions.map(({ date, opensAt, closesAt }, index) => ({
      ticker: 'QQQ',
      session_date: date,
      opens_at: toIso(opensAt),
      closes_at: toIso(closesAt),
      completed_at: index === sessions.length - 1 ? null : toIso(closesAt + 60 * MINUTE),
    })),
  )
}

beforeAll(async () => {
  mkdirSync(join(dir, 'supabase'))
  supabase = await startSupabase({ dataDir: join(dir, 'supabase'), port: 0, migrationsDir: join(ROOT, 'supabase/migrations'), keys })
  await fill()
})

afterAll(async () => {
  await supabase.stop()
  rmSync(dir, { recursive: true, force: true })
})

describe('kite export', () => {
  it('has every row, beyond any limit of a page, in order and once', async () => {
    const { code, lines } = await kite('export', '--ticker', 'QQQ', '--from', '2026-01-02', '--to', '2026-01-12')
    expect(code).toBe(0)
    expect(lines[0]).toBe(HEADER)
    const times = lines.slice(1).map((line) => line.split(',')[1])
    expect(times).toHaveLength(7 * 390 - 2)
    expect(new Set(times).size).toBe(times.length)
    expect(times.every((time, index) => index === 0 || (times[index - 1] ?? '') < (time ?? ''))).toBe(true)
  })

  it('writes what is stored to the last digit, and nothing for what is null', async () => {
    const { lines } = await kite('export', '--ticker', 'QQQ', '--from', '2026-01-02', '--to', '2026-01-02')
    expect(lines).toHaveLength(391)
    expect(lines[1]).toBe('QQQ,2026-01-02T14:30:00Z,0.30000000000000004,4.35,1e-7,0.3333333333333333,0,,,,,,,,,,,,,')
    expect(lines[2]).toBe(
      'QQQ,2026-01-02T14:31:00Z,0.30000000000000004,4.35,1e-7,0.3333333333333333,0,0.6666666666666666,,1,2,-1,,,50,3,2,1,1.5,-1',
    )
  })

  it('writes one array of json, null for what is not there, of every ticker that is stored', async () => {
    const { printed } = await kite('export', '--from', '2026-01-02', '--to', '2026-01-02', '--format', 'json')
    const rows = z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(printed))
    expect(rows.map((row) => row['ticker'])).toEqual(['BRK/B', 'BRK/B', ...Array.from({ length: 390 }, () => 'QQQ')])
    expect(rows[0]).toMatchObject({ timestamp: '2026-01-02T14:30:00Z', open: 0.1 + 0.2, sma9: null, cross: null })
    expect(rows.every((row) => Object.keys(row).join(',') === HEADER)).toBe(true)
  })

  it('takes tickers in the order given and remarks on one without candles', async () => {
    const { code, lines, remarked } = await kite(
      'export',
      '--ticker',
      'QQQ,NONE',
      '--ticker',
      'BRK/B',
      '--from',
      '2026-01-02',
      '--to',
      '2026-01-05',
    )
    expect(code).toBe(0)
    expect([...new Set(lines.slice(1).map((line) => line.split(',')[0]))]).toEqual(['QQQ', 'BRK/B'])
    expect(remarked).toBe('kite: no candles of NONE in that span\n')
  })

  it('writes nothing and ends with 1 when there is no candle', async () => {
    expect(await kite('export', '--ticker', 'QQQ', '--from', '2025-12-01', '--to', '2025-12-31')).toMatchObject({
      code: 1,
      printed: '',
      remarked: 'kite: there are no candles of QQQ from 2025-12-01 to 2025-12-31\n',
    })
  })
})

describe('kite status', () => {
  it('counts every bar of every session and says what is missing', async () => {
    const { code, printed } = await kite('status', '--ticker', 'QQQ', '--days', '11', '--json')
    expect(code).toBe(0)
    const report: unknown = JSON.parse(printed)
    expect(report).toMatchObject({
      at: toIso(now),
      totals: { expected: 2730, stored: 2728, noTrade: 0, pending: 0, missing: 2 },
      tickers: [{ ticker: 'QQQ', freshnessSeconds: null }],
    })
    expect(report).toHaveProperty('tickers.0.sessions.0', {
      date: '2026-01-02',
      expected: 390,
      stored: 390,
      noTrade: 0,
      unreadable: 0,
      pending: 0,
      missing: 0,
      first: '2026-01-02T14:30:00.000Z',
      last: '2026-01-02T20:59:00.000Z',
      complete: true,
      suspect: false,
    })
    expect(report).toHaveProperty('tickers.0.sessions.6.complete', false)
  })

  it('shows a table with times of New York', async () => {
    const { lines } = await kite('status', '--days', '11')
    expect(lines[0]).toBe('2026-01-12 18:00 in New York')
    expect(lines).toContainEqual(expect.stringMatching(/^QQQ +2026-01-02 +390 +390 +0 +0 +0 +0 +09:30 +15:59 +yes$/))
    expect(lines).toContainEqual(expect.stringMatching(/^QQQ +2026-01-12 +390 +388 +0 +0 +0 +2 +09:30 +15:57 +no$/))
    expect(lines).toContainEqual(expect.stringMatching(/^BRK\/B +2026-01-12 +390 +0 +0 +0 +0 +390 +- +- +no$/))
  })
})

describe('the database that is read', () => {
  const options = { env: {}, clock: () => now, migrationsDir: join(ROOT, 'supabase/migrations') }

  it('is that of the stack while it holds the directory', async () => {
    const lock = lockStateDir(dir)
    try {
      await expect(openDatabase(dir, { ...options, pause: async () => {} })).rejects.toThrow('a stack is starting or ending')
      const endpoint = { url: 'http://127.0.0.1:1' }
      writeEndpoints(dir, {
        pid: 1,
        status: endpoint,
        aws: endpoint,
        sqs: endpoint,
        schwab: endpoint,
        reauth: endpoint,
        supabase: { url: supabase.url, secretKey: keys.secret, publishableKey: keys.publishable },
      })
      const { reader } = await openDatabase(dir, options)
      expect(await reader.tickers()).toEqual(['BRK/B', 'QQQ'])
    } finally {
      lock?.release()
    }
  })

  it('is opened by itself when no stack runs, whatever endpoints a killed one left; its clock is the simulated one', async () => {
    const other = mkdtempSync(join(tmpdir(), 'kite-'))
    mkdirSync(join(other, 'supabase'))
    const nobody = { url: 'http://127.0.0.1:1' }
    writeEndpoints(other, {
      pid: 1,
      status: nobody,
      aws: nobody,
      sqs: nobody,
      schwab: nobody,
      reauth: nobody,
      supabase: { ...nobody, secretKey: 'x', publishableKey: 'y' },
    })
    writeFileSync(
      join(other, 'run.json'),
      JSON.stringify({ market: 'a market', now: 5, span: 0, seconds: 0, counters: { jobs: 0, rejected: 0, invocations: 0, failures: 0 } }),
    )
    const { reader, clock, close } = await openDatabase(other, options)
    expect(await reader.tickers()).toEqual([])
    expect(clock()).toBe(5)
    expect(lockStateDir(other)).toBeUndefined()
    await close()
    lockStateDir(other)?.release()
    rmSync(other, { recursive: true })
  })

  it('is the hosted project of the environment, unless a directory is given', async () => {
    const env = { SUPABASE_URL: supabase.url, SUPABASE_SECRET_KEY: keys.secret }
    const { reader, clock } = await openDatabase(undefined, { ...options, env })
    expect(await reader.tickers()).toEqual(['BRK/B', 'QQQ'])
    expect(clock()).toBe(now)
    await expect(openDatabase('/nowhere', { ...options, env })).rejects.toThrow('/nowhere is not the state of a local stack')
  })

  it('is named when it does not answer, or refuses the key', async () => {
    await expect(supabaseReader('http://127.0.0.1:1', keys.secret).tickers()).rejects.toThrow(
      'the database at http://127.0.0.1:1 does not answer',
    )
    await expect(supabaseReader(supabase.url, 'sb_secret_wrong').tickers()).rejects.toThrow('refuses the key')
  })
})

describe('the command itself', () => {
  const run = (command: string): Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }> =>
    new Promise((done) => {
      const env = { ...process.env, SUPABASE_URL: supabase.url, SUPABASE_SECRET_KEY: keys.secret }
      const child = execFile('bash', ['-o', 'pipefail', '-c', command], { cwd: ROOT, env }, (error, stdout, stderr) =>
        done({ code: error?.code ?? 0, stdout, stderr }),
      )
      guarded(child)
    })

  it('ends quietly when head has seen enough', async () => {
    const { code, stdout, stderr } = await run(
      `'${process.execPath}' --disable-warning=ExperimentalWarning cli/kite.ts export --from 2026-01-02 --to 2026-01-12 | head -n 1`,
    )
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${HEADER}\n`, stderr: '' })
  })
})
