import { toIndicators } from '../../contract/stored-indicators.ts'
import type { MemoryStore } from '../../fakes/memory-store.ts'
import type { SqlDatabase } from './database.ts'
import { canonical, difference } from './twin-store.ts'

type Json = Readonly<Record<string, unknown>>

/** Tells of each kind of row in which the tables and the model differ. */
export const compareStored = async ({ rows }: SqlDatabase, model: MemoryStore, differ: (text: string) => void): Promise<void> => {
  const tickers = [...model.tickers].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const compare = (what: string, found: readonly unknown[], expected: readonly unknown[]): void => {
    const [a, b] = [canonical(found), canonical(expected)]
    if (a !== b) differ(`${what}: SQL has ${found.length} rows, ${difference(a, b)}; the model has ${expected.length}, ${difference(b, a)}`)
  }
  const read = async (sql: string): Promise<readonly Json[]> => (await rows(sql, [])).map((row) => (row as { readonly row: Json }).row)

  compare(
    'candles',
    await read(CANDLES),
    tickers.flatMap(([ticker, { candles }]) => [...candles.values()].toSorted((a, b) => a.at - b.at).map((one) => ({ ticker, ...one }))),
  )
  compare(
    'indicators',
    (await read(INDICATORS)).map((row) => ({ ticker: row['ticker'], ...toIndicators(row) })),
    tickers.flatMap(([ticker, { indicators }]) =>
      [...indicators.values()].toSorted((a, b) => a.at - b.at).map((one) => ({ ticker, ...one })),
    ),
  )
  compare(
    'coverage',
    await read(COVERAGE),
    tickers.flatMap(([ticker, { sessions }]) =>
      [...sessions].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([date, session]) => ({ ticker, date, ...nulled(session) })),
    ),
  )
  compare(
    'splits',
    await read(SPLITS),
    tickers.flatMap(([ticker, { splits }]) =>
      splits.toSorted((a, b) => (a.date < b.date ? -1 : 1)).map((split) => ({ ticker, ...nulled(split) })),
    ),
  )
  compare(
    'outages',
    await read(OUTAGES),
    model
      .outages()
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ deadVersion: _died, ...outage }) => nulled(outage)),
  )
}

/** The model leaves out what it does not know, a row has null there. */
const nulled = (row: Json | object): Json => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value ?? null]))

const ms = (column: string): string => `round(extract(epoch from ${column}) * 1000)`
const list = (column: string, item: string): string =>
  `(select coalesce(json_agg(${item} order by one), '[]') from unnest(${column}) as one)`

const CANDLES = `
  select json_build_object('ticker', ticker, 'at', ${ms('"timestamp"')}, 'open', open, 'high', high, 'low', low, 'close', close,
    'volume', volume, 'readAt', ${ms('updated_at')}) as row
  from public.equity_data order by ticker collate "C", "timestamp"`
const INDICATORS = 'select to_json(i) as row from public.indicators i order by ticker collate "C", "timestamp"'
const COVERAGE = `
  select json_build_object('ticker', ticker, 'date', session_date, 'opensAt', ${ms('opens_at')}, 'closesAt', ${ms('closes_at')},
    'coveredUntil', ${ms('covered_until')}, 'candles', candles, 'audits', audits, 'firstAuditAt', ${ms('first_audit_at')},
    'lastAuditAt', ${ms('last_audit_at')}, 'claimedUntil', ${ms('claimed_until')}, 'completedAt', ${ms('completed_at')},
    'longestHole', longest_hole, 'suspect', suspect, 'unreadable', ${list('unreadable', ms('one'))}, 'agreedSince', ${ms('agreed_since')},
    'agreedOn', ${list('agreed_on', 'one')}, 'settledAt', ${ms('settled_at')}, 'recheckSince', ${ms('recheck_since')}) as row
  from public.session_coverage order by ticker collate "C", session_date`
const SPLITS = `
  select json_build_object('ticker', ticker, 'date', split_date, 'ratio', ratio, 'noticedAt', ${ms('noticed_at')},
    'basisSince', ${ms('basis_since')}, 'restUntil', ${ms('rest_until')}) as row
  from public.splits order by ticker collate "C", split_date`
const OUTAGES = `
  select json_build_object('id', id, 'reason', reason, 'startedAt', ${ms('started_at')}, 'announcedAt', ${ms('announced_at')},
    'reauthorizedAt', ${ms('reauthorized_at')}, 'restoredAt', ${ms('restored_at')}, 'parked', parked, 'redriven', redriven) as row
  from public.outages order by id collate "C"`
