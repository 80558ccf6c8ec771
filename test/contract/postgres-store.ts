import type pg from 'pg'
import type { Rpc } from '../../shared/adapters/supabase-rpc.ts'
import { storeOver } from '../../shared/adapters/supabase.ts'
import type { Indicators, Store } from './store-setup.ts'
import { toIndicators } from './stored-indicators.ts'

/** The adapter's store on one connection, without the HTTP gateway. Its calls wait for each other. */
export const postgresStore = (client: pg.Client): Store => storeOver(postgresRpc(client))

/** Calls the database's functions on one connection, one after the other. */
export const postgresRpc = (client: pg.Client): Rpc => {
  let last: Promise<unknown> = Promise.resolve()
  const query = (sql: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
    const result = last.then(() => client.query(sql, [...values]))
    last = result.catch(() => undefined)
    return result
  }
  return async (name, args, schema) => {
    const entries = Object.entries(args)
    const names = entries.map(([key], i) => `${key} => $${i + 1}`)
    const values = entries.map(([, value]) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value))
    const { rows } = await query(`select public.${name}(${names.join(', ')}) as answer`, values)
    return schema.parse(rows[0].answer)
  }
}

/** What is stored of a ticker's indicators, oldest first. */
export const storedRows = async (client: pg.Client, ticker: string): Promise<readonly Indicators[]> => {
  const sql = 'select to_json(i) as row from public.indicators i where ticker = $1 order by timestamp'
  return (await client.query(sql, [ticker])).rows.map(({ row }) => toIndicators(row))
}
