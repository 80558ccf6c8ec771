import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawPlan } from './plan.ts'
import { PROBES, type Probe } from './probes.ts'
import { failureText, probesText } from './report.ts'
import { runSeed } from './run-seed.ts'
import { runSeeds } from './run-seeds.ts'
import { installTimers } from './virtual-timers.ts'

const SEEDS = 300
const AT_ONCE = 50

describe('a simulated week', () => {
  const hits = new Map<Probe, number>()
  let uninstall = (): void => undefined
  beforeAll(() => {
    uninstall = installTimers()
  })
  afterAll(() => uninstall())

  it.each(Array.from({ length: SEEDS / AT_ONCE }, (_, part) => 1 + part * AT_ONCE))(
    `breaks no rule (${AT_ONCE} seeds from %i)`,
    async (from) => {
      const texts: string[] = []
      const { injected, probes } = await runSeeds(from, AT_ONCE, async (seed, result) => {
        texts.push(await failureText(seed, result))
        return false
      })
      expect(texts.join('\n')).toBe('')
      expect(injected.size).toBeGreaterThan(20)
      for (const [probe, count] of probes) hits.set(probe, (hits.get(probe) ?? 0) + count)
    },
  )

  it('has tried nearly all that a long run has to try', () => {
    process.stdout.write(`${probesText(hits)}\n`)
    expect(hits.size).toBeGreaterThan(PROBES.length - 8)
  })

  it('is the same whenever its seed is played', async () => {
    const play = async (): Promise<readonly string[]> => {
      const lines: string[] = []
      await runSeed(4, { trace: (line) => lines.push(line) })
      return lines
    }
    const [first, second] = [await play(), await play()]
    expect(first.length).toBeGreaterThan(500)
    expect(second).toEqual(first)
  })

  it('goes on without the faults that are left out', async () => {
    const plan = drawPlan(4)
    expect(plan.faults.length).toBeGreaterThan(10)
    const { violations, injected } = await runSeed(4, { plan: { ...plan, faults: [] } })
    expect([violations, injected.size]).toEqual([[], 0])
  })
})
