import type { PGlite } from '@electric-sql/pglite'

/** One setting of one transaction, as @supabase/lite writes it: ten of them before each request. */
const SETTING = /^select set_config\('([\w.]+)', (\$1|''), true\)$/i
const NOTHING = { rows: [], fields: [], affectedRows: 0 }

/**
 * Saves the database most of what a small request costs it: each statement takes five round trips to the engine, and @supabase/lite sends
 * `begin`, ten settings, the request itself, a look at two settings and `commit`. The beginning and its settings go as one text in
 * one round trip, just before the first statement that can tell; what has no parameters takes one as well.
 */
export const saveRoundTrips = (database: PGlite): void => {
  const query = database.query.bind(database)
  let isBegun = false
  let settings: string[] = []

  /** What was held back, if anything was. */
  const begin = async (): Promise<void> => {
    if (!isBegun && settings.length === 0) return
    const text = `${isBegun ? 'begin;' : ''}${settings.length > 0 ? `select ${settings.join(', ')}` : ''}`
    isBegun = false
    settings = []
    await database.exec(text)
  }

  const end = async (sql: string): Promise<typeof NOTHING> => {
    if (isBegun) {
      isBegun = false
      settings = []
    } else await database.exec(sql)
    return NOTHING
  }

  const saving = async (sql: string, parameters: unknown[] = [], options?: Parameters<typeof query>[2]): Promise<unknown> => {
    if (sql === 'BEGIN') {
      isBegun = true
      return NOTHING
    }
    if (sql === 'COMMIT' || sql === 'ROLLBACK') return end(sql)
    const [, name, value] = SETTING.exec(sql.trim()) ?? []
    if (name !== undefined) {
      settings.push(`set_config('${name}', ${value === '$1' ? literal(parameters[0]) : "''"}, true)`)
      return NOTHING
    }
    await begin()
    // What has no parameters needs no preparing.
    return parameters.length === 0 ? (await database.exec(sql, options)).at(-1) : query(sql, parameters, options)
  }
  Reflect.set(database, 'query', saving)
}

/** Backslashes are ordinary characters: standard_conforming_strings is on. */
const literal = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return value === null || value === undefined ? 'null' : `'${text.replaceAll("'", "''")}'`
}
