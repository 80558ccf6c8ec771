import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatherSettings } from '../../local/supabase/gather-settings.ts'

describe('the settings of a request', () => {
  const asked: string[] = []
  let database: PGlite

  beforeAll(async () => {
    database = await PGlite.create()
    const query = database.query.bind(database)
    Reflect.set(database, 'query', (sql: string, ...rest: unknown[]) => {
      asked.push(sql)
      return Reflect.apply(query, undefined, [sql, ...rest])
    })
    gatherSettings(database)
    await database.exec('create role somebody')
  })
  afterAll(() => database.close())

  const settings =
    "select current_user as who, current_setting('request.path', true) as path, current_setting('response.status', true) as status"

  it('are made by one statement, before the first that can tell', async () => {
    asked.splice(0)
    await database.query('BEGIN')
    await database.query("SELECT set_config('role', $1, true)", ['somebody'])
    await database.query("SELECT set_config('request.path', $1, true)", ['/a'])
    await database.query("\n  SELECT set_config('response.status', '', true)")
    expect((await database.query(settings)).rows).toEqual([{ who: 'somebody', path: '/a', status: '' }])
    expect(asked).toEqual(['BEGIN', 'select set_config($1, $2, true), set_config($3, $4, true), set_config($5, $6, true)', settings])
    await database.query('COMMIT')
    expect((await database.query(settings)).rows).toMatchObject([{ who: 'postgres', path: '' }])
  })

  it('fail the statement that needs them when one is refused', async () => {
    await database.query('BEGIN')
    await database.query("SELECT set_config('role', $1, true)", ['nobody'])
    await expect(database.query(settings)).rejects.toThrow('role "nobody" does not exist')
    await database.query('ROLLBACK')
    expect((await database.query(settings)).rows).toMatchObject([{ who: 'postgres' }])
  })

  it('of another kind are left as they are', async () => {
    asked.splice(0)
    await database.query("select set_config('request.path', 'x', false)")
    expect(asked).toEqual(["select set_config('request.path', 'x', false)"])
  })
})
