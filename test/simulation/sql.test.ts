import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryStore } from '../fakes/memory-store.ts'
import { failureText } from './report.ts'
import { runSeeds } from './run-seeds.ts'
import { compareStored } from './sql/compare-stored.ts'
import { openPglite, type SqlDatabase } from './sql/database.ts'
import { twinStore } from './sql/twin-store.ts'
import { storeOver } from '../../shared/adapters/supabase.ts'
import { installTimers } from './virtual-timers.ts'

const SEEDS = 3
const NOON = Date.UTC(2026, 0, 5, 17)

describe('a simulated week over the SQL', () => {
  let uninstall = (): void => undefined
  let sql: SqlDatabase
  beforeAll(async () => {
    sql = await openPglite()
    uninstall = installTimers()
  })
  afterAll(async () => {
    uninstall()
    await sql.close()
  })

  it(`breaks no rule, and does as its model (${SEEDS} seeds)`, async () => {
    const texts: string[] = []
    const told = async (seed: number, result: Parameters<typeof failureText>[1]): Promise<boolean> => {
      texts.push(await failureText(seed, result, sql))
      return false
    }
    await runSeeds(1, SEEDS, told, sql)
    expect(texts.join('\n')).toBe('')
  })

  it('is told from its model by what a call answers, and by what is stored', async () => {
    await sql.empty()
    const [texts, model] = [[] as string[], memoryStore()]
    const store = twinStore(storeOver(sql.rpc), model, ['takeLease', 'countParked'], { standStill: (work) => work }, (text) =>
      texts.push(text),
    )
    await model.takeLease('refresh', 'somebody', NOON, NOON + 60_000)
    expect(await store.takeLease('refresh', 'me', NOON, NOON + 60_000)).toBe(true)
    expect(texts).toEqual(['takeLease(["refresh","me",1767632400000,1767632460000]): SQL …true…, the model …false…'])
    await model.markDead({ version: 'v1', reason: 'reauth_required', now: NOON })
    await compareStored(sql, model, (text) => texts.push(text))
    expect(texts.slice(1)).toEqual([expect.stringMatching(/^outages: SQL has 0 rows/)])
  })
})
