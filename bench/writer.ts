/** The writer alone against a database: batches, duplicates, and what becomes of both when a year is stored. */
import { join } from 'node:path'
import { supabaseRpc } from '../shared/adapters/supabase-rpc.ts'
import { storeOver } from '../shared/adapters/supabase.ts'
import { MINUTE } from '../shared/domain/time.ts'
import { postgresBinaries, startCluster } from '../test/contract/postgres-cluster.ts'
import { postgresRpc } from '../test/contract/postgres-store.ts'
import type { BenchContext, Benchmark } from './benchmark.ts'
import type { Row } from './measure/row.ts'
import { OLD_DESIGN_FUNCTION, writeRows } from './old-design/write-rows.ts'
import { BENCH_KEYS, makeDatabase, openSupabase } from './stack/database.ts'
import { sessionOn, tickersOf } from './stack/market.ts'
import { sessionsBefore, storeYear, type Execute, type Year } from './stack/year.ts'
import { countingFetch } from './measure/counting-fetch.ts'
import { timeWriter, visit, write, type WriterTarget, type WriterTimes } from './writer-visits.ts'

const TICKERS = tickersOf(100)
const TODAY = sessionOn('2026-05-12')
const NOON = TODAY.opensAt + 195 * MINUTE
/** A minute that no timed visit has come to. */
const LATER = TODAY.closesAt - 30 * MINUTE
const YEAR = 250
/** PGlite is too slow to be filled with a year. */
const TENTH = 25

const storedSessions = (count: number): Year => ({ tickers: TICKERS, past: sessionsBefore(TODAY, count), open: TODAY, until: NOON })

export const writer: Benchmark = async (context) => {
  const few = await onEmbedded(context, 2)
  const tenth = await onEmbedded(context, TENTH)
  const rows = [...rowsOf('embedded', few, tenth, 'a tenth of a year'), receivedRow(few.received)]
  const binaries = postgresBinaries()
  if (binaries === undefined) {
    context.say('writer: no PostgreSQL on this machine, so no full year')
    return rows
  }
  return [...rows, ...(await onPostgres(context, binaries))]
}

const time = (target: WriterTarget): Promise<WriterTimes> =>
  timeWriter(target, TICKERS, TODAY, NOON, (size) => ({ 1: 50, 10: 25, 100: 5 })[size] ?? 0)

const onEmbedded = async ({ dir, shared, say }: BenchContext, sessions: number): Promise<WriterTimes & { readonly received: number }> => {
  say(`writer: embedded, ${sessions} sessions stored`)
  const data = join(dir, `sessions-${sessions}`)
  await makeDatabase(shared, data, async (db) => {
    await db.exec(OLD_DESIGN_FUNCTION)
    const execute: Execute = (sql, values = []) => db.query(sql, [...values])
    await storeYear([execute, execute], storedSessions(sessions))
  })
  const supabase = await openSupabase(data)
  try {
    const wire = countingFetch()
    const rpc = supabaseRpc({ url: supabase.url, secretKey: BENCH_KEYS.secret, timeoutMs: 60_000, fetch: wire.fetch })
    const times = await time({ store: storeOver(rpc), writeAll: writeRows(rpc) })
    const bytes = await wire.during(() =>
      write(
        storeOver(rpc),
        TICKERS.slice(0, 10).map((ticker) => visit(ticker, TODAY, LATER)),
      ),
    )
    return { ...times, received: bytes / 10 }
  } finally {
    await supabase.stop()
  }
}

const onPostgres = async ({ say }: BenchContext, binaries: string): Promise<readonly Row[]> => {
  const cluster = await startCluster(binaries)
  try {
    const owners = [await cluster.connect(), await cluster.connect()] as const
    const [first, second] = owners.map(
      (client): Execute =>
        (sql, values = []) =>
          client.query(sql, [...values]),
    )
    if (first === undefined || second === undefined) return []
    await first(OLD_DESIGN_FUNCTION)
    const rpc = postgresRpc(await cluster.connect('service_role'))
    const store = storeOver(rpc)
    const target = { store, writeAll: writeRows(postgresRpc(owners[0])) }
    const measure = async (sessions: number): Promise<WriterTimes> => {
      say(`writer: PostgreSQL, ${sessions} sessions stored`)
      await storeYear([first, second], storedSessions(sessions))
      return time(target)
    }
    return rowsOf('PostgreSQL', await measure(2), await measure(YEAR), 'a year')
  } finally {
    await cluster.stop()
  }
}

/** The old design reads nothing back: it has the whole day from Schwab. */
const receivedRow = (ours: number): Row => ({
  benchmark: 'writer',
  what: 'embedded: bytes that the database sends for a visit',
  unit: 'bytes',
  better: 'less',
  ours,
})

const rowsOf = (where: string, few: WriterTimes, many: WriterTimes, long: string): readonly Row[] => {
  const line = (what: string, rest: Omit<Row, 'benchmark' | 'what'>): Row => ({ benchmark: 'writer', what: `${where}: ${what}`, ...rest })
  const perSecond = (size: number, ms: number): number => (size * 1000) / ms
  const rate = (size: number, ms: number): Row =>
    line(`new candles in batches of ${size}`, {
      unit: 'per second',
      better: 'more',
      ours: perSecond(size, ms),
      other: perSecond(1, few.old),
    })
  const growth = (what: string, long: number, short: number): Row =>
    line(what, {
      unit: 'ms',
      better: 'less',
      ours: long,
      other: short,
      against: 'two sessions',
      goal: { of: 'ratio', is: 'at least', value: 0.8 },
    })
  return [
    rate(1, few.of1),
    rate(10, few.of10),
    rate(100, few.of100),
    line('a duplicate', { unit: 'ms', better: 'less', ours: few.duplicatesOf10 / 10, other: few.of10 / 10, against: 'the first time' }),
    growth(`a batch of 10 with ${long} stored`, many.of10, few.of10),
    growth(`10 duplicates with ${long} stored`, many.duplicatesOf10, few.duplicatesOf10),
  ]
}
