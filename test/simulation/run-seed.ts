import type { FaultKind } from './faults.ts'
import { play } from './play.ts'
import { drawPlan, type Plan } from './plan.ts'
import { openWorld, type Violation } from './world.ts'

export type RunResult = {
  readonly plan: Plan
  readonly violations: readonly Violation[]
  readonly injected: ReadonlyMap<FaultKind, number>
  /** Simulated milliseconds. */
  readonly simulatedMs: number
}

/** Plays one seed. The timers of this process have to be virtual ones (`installTimers`). @param plan what it says, if not what the seed draws */
export const runSeed = async (seed: number, trace?: (text: string) => void, plan: Plan = drawPlan(seed)): Promise<RunResult> => {
  const world = openWorld(plan, trace)
  await play(world)
  return { plan, violations: world.violations, injected: world.faults.injected, simulatedMs: world.kernel.now() - plan.startAt }
}
