import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { saveRoundTrips } from '../../local/supabase/fewer-round-trips.ts'

describe('the requests of @supabase/lite', () => {
  const asked: string[] = []
  let database: PGlite

  beforeAll(async () => {
    database = await PGlite.create()
    await database.exec('create role somebody; create table t (a int); grant all on t to somebody')
    for (const name of ['query', 'exec'] as const) {
      const call: unknown = database[name].bind(database)
      if (typeof call !== 'function') throw new Error(`PGlite has no ${name}`)
      Reflect.set(database, name, (sql: string, ...rest: unknown[]) => {
        asked.push(sql)
        return Reflect.apply(call, undefined, [sql, ...rest])
      })
    }
    saveRoundTrips(database)
  })
  afterAll(() => database.close())
  beforeEach(() => asked.splice(0))

  const LOOK =
    "select current_user as who, current_setting('request.path', true) as path, current_setting('response.status', true) as status"
  const begin = async (path: string, role = 'somebody'): Promise<void> => {
    await database.query('BEGIN')
    await database.query("SELECT set_config('role', $1, true)", [role])
    await database.query("SELECT set_config('request.path', $1, true)", [path])
    await database.query("\n  SELECT set_config('response.status', '', true)")
  }
  const count = async (): Promise<unknown> => (await database.query('select count(*)::int as n from t')).rows

  it('begin with all their settings in one round trip, before the first statement that can tell', async () => {
    await begin('/a')
    expect(asked).toEqual([])
    expect((await database.query(LOOK)).rows).toEqual([{ who: 'somebody', path: '/a', status: '' }])
    await database.query('COMMIT')
    expect(asked).toEqual([expect.stringMatching(/^begin;select set_config\('role', 'somebody', true\), /), LOOK, 'COMMIT'])
    expect((await database.query(LOOK)).rows).toMatchObject([{ who: 'postgres', path: '' }])
  })

  it('take every value as it is', async () => {
    const value = String.raw`it's "quoted" \' \\ ; select 1; -- $1 ü` + "\n''"
    await begin(value)
    expect((await database.query(LOOK)).rows).toMatchObject([{ path: value }])
    await database.query('COMMIT')
  })

  it('keep what was committed, and nothing that was rolled back', async () => {
    for (const [value, end] of [
      [1, 'COMMIT'],
      [2, 'ROLLBACK'],
    ] as const) {
      await begin('/')
      await database.query('insert into t values ($1)', [value])
      await database.query(end)
    }
    expect(await count()).toEqual([{ n: 1 }])
  })

  it('fail by the statement that needs a setting which is refused, and leave the next one unharmed', async () => {
    await begin('/', 'nobody')
    await expect(database.query(LOOK)).rejects.toThrow('role "nobody" does not exist')
    await database.query('ROLLBACK')
    expect((await database.query(LOOK)).rows).toMatchObject([{ who: 'postgres' }])
  })

  it('cost nothing when nothing was asked', async () => {
    await begin('/')
    await database.query('COMMIT')
    expect(asked).toEqual([])
    expect((await database.query(LOOK)).rows).toMatchObject([{ who: 'postgres' }])
  })

  it('leave settings of another kind as they are', async () => {
    await database.query("select set_config('request.path', 'x', false)")
    expect(asked).toEqual(["select set_config('request.path', 'x', false)"])
  })
})
