import { closeSync, existsSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { StateDamaged } from './state-damaged.ts'
import { parseState, readState } from './state-file.ts'

const Counters = z.object({
  jobs: z.number(),
  rejected: z.number(),
  invocations: z.number(),
  failures: z.number(),
  /** Messages parked in auth-dlq. */
  parked: z.number().default(0),
})

const RunState = z.object({
  /** What is played; a directory belongs to one market. */
  market: z.string(),
  /** Where the simulated clock stands, epoch milliseconds. */
  now: z.number(),
  /** Which span of the candle files is played. */
  span: z.number(),
  /** Real seconds that runs on this directory have taken. */
  seconds: z.number(),
  counters: Counters,
  /** How many entries of the script have been played. */
  scriptTaken: z.number().default(0),
  /** Tickers that were added and removed while it ran. */
  tickers: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }).default({ added: [], removed: [] }),
})
export type RunState = z.infer<typeof RunState>

export const freshCounters = (): RunState['counters'] => ({ jobs: 0, rejected: 0, invocations: 0, failures: 0, parked: 0 })

/** The state of a run that begins. */
export const freshRunState = (market: string, startsAt: number): RunState => ({
  market,
  now: startsAt,
  span: 0,
  seconds: 0,
  counters: freshCounters(),
  scriptTaken: 0,
  tickers: { added: [], removed: [] },
})

/** What a run left behind, or undefined in a new directory. Fails with StateDamaged. */
export const loadRunState = (dir: string): RunState | undefined => {
  const text = readState(file(dir))
  if (text !== undefined && !isEmpty(text)) return parseState(file(dir), text, RunState)
  // Begun anew over what a run has stored, its clock would stand before its own candles.
  if (existsSync(join(dir, 'aws'))) throw new StateDamaged(file(dir), text === undefined ? 'it is missing' : 'it is empty')
  return undefined
}

/** So a stack leaves it that was killed before its first step. */
const isEmpty = (text: string): boolean => text.replaceAll('\0', '').trim() === ''

/**
 * Keeps the position of a run. It is written at every step, some hundred times a second: one write of one padded line over
 * the former, which a kill of the process cannot cut in two.
 */
export const runStateFile = (dir: string): { readonly save: (state: RunState) => void; readonly close: () => void } => {
  const descriptor = openSync(file(dir), 'a')
  closeSync(descriptor)
  const open = openSync(file(dir), 'r+')
  ftruncateSync(open, LINE)
  return {
    save: (state) => void writeSync(open, `${JSON.stringify(state).padEnd(LINE - 1)}\n`, 0),
    close: () => closeSync(open),
  }
}

const LINE = 4096

const file = (dir: string): string => join(dir, 'run.json')
