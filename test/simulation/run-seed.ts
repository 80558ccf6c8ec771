import type { FaultKind } from './faults.ts'
import { play } from './play.ts'
import type { Probe } from './probes.ts'
import { drawPlan, type Plan } from './plan.ts'
import { compareStored } from './sql/compare-stored.ts'
import type { SqlDatabase } from './sql/database.ts'
import { openWorld, SAME, type Violation } from './world.ts'

export type RunResult = {
  readonly plan: Plan
  readonly violations: readonly Violation[]
  readonly injected: ReadonlyMap<FaultKind, number>
  readonly probes: ReadonlySet<Probe>
  /** Simulated milliseconds. */
  readonly simulatedMs: number
}

export type RunOptions = {
  readonly trace?: ((text: string) => void) | undefined
  /** What the seed says, if not what it draws. */
  readonly plan?: Plan
  /** Where the functions store, if not in memory only. */
  readonly sql?: SqlDatabase | undefined
}

/** Plays one seed. The timers of this process have to be virtual ones (`installTimers`). */
export const runSeed = async (seed: number, { trace, plan = drawPlan(seed), sql }: RunOptions = {}): Promise<RunResult> => {
  await sql?.empty()
  const world = openWorld(plan, trace, sql)
  const probes = await play(world)
  if (sql !== undefined) await compareStored(sql, world.store, (text) => world.violate(SAME, text))
  return { plan, violations: world.violations, injected: world.faults.injected, probes, simulatedMs: world.kernel.now() - plan.startAt }
}
