import type { Fault } from './faults.ts'
import { drawPlan } from './plan.ts'
import { runSeed } from './run-seed.ts'
import type { SqlDatabase } from './sql/database.ts'

/** A seed may not take longer than so many runs to shrink. */
const MOST_RUNS = 250

/** The shortest list of faults with which the seed still breaks the same rule, as far as leaving out parts of it finds one. */
export const shrink = async (seed: number, rule: string, sql: SqlDatabase | undefined): Promise<readonly Fault[]> => {
  const plan = drawPlan(seed)
  let runs = 0
  const breaks = async (faults: readonly Fault[]): Promise<boolean> => {
    if (++runs > MOST_RUNS) return false
    const { violations } = await runSeed(seed, { plan: { ...plan, faults }, sql })
    return violations.some((violation) => violation.rule === rule)
  }
  let faults = plan.faults
  for (let size = Math.ceil(faults.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < faults.length;) {
      const without = faults.filter((_, index) => index < start || index >= start + size)
      if (await breaks(without)) faults = without
      else start += size
    }
  }
  return faults
}
