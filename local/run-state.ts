import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const Counters = z.object({ jobs: z.number(), rejected: z.number(), invocations: z.number(), failures: z.number() })

const RunState = z.object({
  /** Where the simulated clock stands, epoch milliseconds. */
  now: z.number(),
  /** Which span of the candle files is played. */
  span: z.number(),
  /** Real seconds that runs on this directory have taken. */
  seconds: z.number(),
  counters: Counters,
})
export type RunState = z.infer<typeof RunState>

export const freshCounters = (): RunState['counters'] => ({ jobs: 0, rejected: 0, invocations: 0, failures: 0 })

/** What a run left behind, or undefined in a new directory. */
export const loadRunState = (dir: string): RunState | undefined => {
  let text
  try {
    text = readFileSync(file(dir), 'utf8')
  } catch {
    return undefined
  }
  const result = RunState.safeParse(JSON.parse(text))
  if (!result.success) throw new Error(`${file(dir)} is not the state of a run: give another --data, or remove that directory`)
  return result.data
}

/** Written whole or not at all, so that a kill leaves the former position. */
export const saveRunState = (dir: string, state: RunState): void => {
  const temporary = `${file(dir)}.new`
  writeFileSync(temporary, JSON.stringify(state))
  renameSync(temporary, file(dir))
}

const file = (dir: string): string => join(dir, 'run.json')
