import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { loadPipelineFile } from '../shared/adapters/pipeline-file.ts'
import { processClock } from './clock/replace-date.ts'
import { simulatedClock, type SimulatedClock } from './clock/simulated-clock.ts'
import { chooseMarket, type Market } from './market.ts'
import type { StartOptions } from './options.ts'
import { freshRunState, loadRunState, type RunState } from './run-state.ts'
import { runTickers, type RunTickers } from './run-tickers.ts'
import { parseScript } from './script/parse-script.ts'
import { scriptTimetable, type ScriptTimetable } from './script/script-timetable.ts'

/** What is played, and how far it has got. */
export type Run = {
  readonly market: Market
  readonly state: RunState
  readonly clock: SimulatedClock
  readonly tickers: RunTickers
  readonly script: ScriptTimetable | undefined
  /** Whether a script has something to do before the market is closed for long again. */
  readonly isScripted: () => boolean
}

/**
 * Opens the run that the directory holds, or a new one, and puts its clock under this process.
 * @param root the project
 * @throws an Error, perhaps ScriptInvalid, saying what is wrong with the files that were given
 */
export const openRun = (options: StartOptions, root: string, say: (line: string) => void): Run => {
  const { data } = options
  const projectFile = resolve(process.env['PIPELINE_FILE'] ?? resolve(root, 'pipeline.yml'))
  const market = chooseMarket(options, loadPipelineFile(projectFile), processClock.real())
  const script = options.script === undefined ? undefined : readScript(options.script, root)
  for (const notice of market.notices) say(notice)
  const saved = loadRunState(data)
  if (saved !== undefined && saved.market !== market.description) {
    throw new Error(`${data} holds a run of ${saved.market}, not of ${market.description}: give another --data, or remove that directory`)
  }
  const state = saved ?? freshRunState(market.description, market.startsAt)
  const clock = simulatedClock(state.now, options.speed)
  processClock.use(clock.now)
  say(saved === undefined ? 'Starting.' : `Going on from ${new Date(state.now).toISOString()} (simulated).`)
  const times = script?.entries.map((entry) => entry.at) ?? []
  const startsAt = (span: number): number => market.spans[span]?.startsAt ?? Infinity
  return {
    market,
    state,
    clock,
    tickers: runTickers(market, state, data),
    script: script && scriptTimetable(script, state.scriptTaken),
    isScripted: () => times.some((at) => at < startsAt(state.span + 1) && (state.span === 0 || at >= startsAt(state.span))),
  }
}

const readScript = (path: string, root: string) => {
  let text
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Error(`the script ${path} cannot be read`, { cause })
  }
  return parseScript(text, { file: path, functions: readdirSync(resolve(root, 'functions')) })
}
