import type { PGlite } from '@electric-sql/pglite'

/** One setting of one transaction, as @supabase/lite writes it: ten of them before each request, each a round trip of its own. */
const SETTING = /^select set_config\('([\w.]+)', (\$1|''), true\)$/i

/**
 * Has the database set what comes one after the other in one statement, just before the next other one: half of the time of a small rpc
 * went into these. Nobody reads what they return, and a setting lasts until the transaction ends, as before.
 */
export const gatherSettings = (database: PGlite): void => {
  const query = database.query.bind(database)
  let held: unknown[] = []
  const gathered = async (sql: string, parameters: unknown[] = [], options?: Parameters<typeof query>[2]): Promise<unknown> => {
    const [, name, value] = SETTING.exec(sql.trim()) ?? []
    if (name !== undefined) {
      held.push(name, value === '$1' ? parameters[0] : '')
      return { rows: [{ set_config: '' }], fields: [], affectedRows: 0 }
    }
    if (held.length > 0) {
      const settings = held
      held = []
      const calls = Array.from({ length: settings.length / 2 }, (_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, true)`)
      await query(`select ${calls.join(', ')}`, settings)
    }
    return query(sql, parameters, options)
  }
  Reflect.set(database, 'query', gathered)
}
