import type { FaultKind } from './faults.ts'
import type { Probe } from './probes.ts'
import { runSeed, type RunResult } from './run-seed.ts'
import type { SqlDatabase } from './sql/database.ts'

export type Figures = {
  seeds: number
  failed: number
  simulatedDays: number
  readonly injected: Map<FaultKind, number>
  /** In how many seeds each was hit. */
  readonly probes: Map<Probe, number>
}

const DAY = 24 * 3_600_000

/** Hears of a seed that broke a rule; false from it ends the range. */
export type Failed = (seed: number, result: RunResult) => Promise<boolean>

/** Plays a range of seeds. @param sql where the functions store, if not in memory only */
export const runSeeds = async (from: number, count: number, failed: Failed, sql?: SqlDatabase): Promise<Figures> => {
  const figures: Figures = { seeds: 0, failed: 0, simulatedDays: 0, injected: new Map(), probes: new Map() }
  for (let seed = from; seed < from + count; seed++) {
    const result = await runSeed(seed, { sql })
    figures.seeds += 1
    figures.simulatedDays += result.simulatedMs / DAY
    for (const [kind, hits] of result.injected) figures.injected.set(kind, (figures.injected.get(kind) ?? 0) + hits)
    for (const probe of result.probes) figures.probes.set(probe, (figures.probes.get(probe) ?? 0) + 1)
    if (result.violations.length === 0) continue
    figures.failed += 1
    if (!(await failed(seed, result))) break
  }
  return figures
}
