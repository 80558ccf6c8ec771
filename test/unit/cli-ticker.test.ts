import { beforeEach, describe, expect, it } from 'vitest'
import { runCli } from '../../cli/run-cli.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { monday } from '../contract/store-setup.ts'
import { cliDeps } from '../fakes/cli-deps.ts'
import { memoryPipeline, type MemoryPipeline } from '../fakes/cli-pipeline.ts'

const NOW = monday.opensAt + HOUR
let pipeline: MemoryPipeline
beforeEach(() => {
  pipeline = memoryPipeline({ now: NOW })
})

const kite = async (...args: string[]) => {
  const deps = cliDeps({ pipeline })
  return { code: await runCli(['ticker', ...args], deps), printed: deps.printed(), remarked: deps.remarked() }
}
const refuse = () => pipeline.memory.noteRefusals([{ kind: 'unknown_symbol', ticker: 'QQQ' }], NOW)

describe('kite ticker list', () => {
  it('says that nothing is held against anybody', async () => {
    expect(await kite('list')).toMatchObject({ code: 0, printed: 'Nothing is held against any ticker.\n' })
  })

  it('tells what is known, when Schwab is asked again, and whether it is decided', async () => {
    await refuse()
    await pipeline.memory.putVerdicts(
      [{ change: 'decide', kind: 'refused_request', ticker: 'BRK/B', date: monday.date, session: monday }],
      NOW,
    )
    const { printed } = await kite('list')
    expect(printed).toMatch(/^BRK\/B +2026-01-05 +refused request .* no more +read as closed$/m)
    expect(printed).toMatch(/^QQQ +- +unknown symbol +1 .*10:31 New York time .* not decided$/m)
    const json: unknown = JSON.parse((await kite('list', '--json')).printed)
    expect(json).toMatchObject([
      { ticker: 'BRK/B', date: monday.date },
      { ticker: 'QQQ', kind: 'unknown_symbol', count: 1, decidedAt: null },
    ])
  })
})

describe('kite ticker lift', () => {
  it('takes back what is held against a ticker, and says when there was nothing', async () => {
    await refuse()
    expect((await kite('lift', 'QQQ')).printed).toBe('QQQ: 1 verdict taken back. It is asked for again within a minute.\n')
    expect(await pipeline.memory.verdicts(['QQQ'])).toEqual([])
    expect((await kite('lift', 'QQQ', 'BRK/B')).printed).toContain('BRK/B: nothing was held against it.')
  })

  it('refuses a ticker that is not configured, and a command that says nothing', async () => {
    expect(await kite('lift', 'SPY')).toMatchObject({ code: 2, remarked: expect.stringContaining('SPY is no ticker of pipeline.yml') })
    expect(await kite('lift')).toMatchObject({ code: 2 })
    expect(await kite('drop', 'QQQ')).toMatchObject({ code: 2 })
  })
})

describe('kite doctor', () => {
  it('tells of evidence, and calls for somebody when it is decided', async () => {
    const line = async () => {
      const deps = cliDeps({ pipeline, migrations: [] })
      await runCli(['doctor', '--json'], deps)
      const { lines } = JSON.parse(deps.printed()) as {
        readonly lines: readonly { readonly name: string; readonly verdict: string; readonly says: string }[]
      }
      return lines.find(({ name }) => name === 'tickers')
    }
    expect(await line()).toMatchObject({ verdict: 'ok' })
    await refuse()
    expect(await line()).toMatchObject({ verdict: 'note', says: expect.stringContaining('QQQ: unknown symbol since') })
    await pipeline.memory.putVerdicts([{ change: 'decide', kind: 'unknown_symbol', ticker: 'QQQ' }], NOW)
    expect(await line()).toMatchObject({ verdict: 'failed', says: expect.stringContaining('set aside') })
  })
})
