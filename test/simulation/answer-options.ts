import { availableParallelism } from 'node:os'
import { BUGS } from './bugs.ts'
import type { Options } from './options.ts'
import { drawPlan } from './plan.ts'
import { PROBES } from './probes.ts'
import { failureText, faultText, kindsText, probesText } from './report.ts'
import { runBugs } from './run-bugs.ts'
import { runSeed, type RunResult } from './run-seed.ts'
import { runSeeds } from './run-seeds.ts'
import { openSql, type SqlDatabase } from './sql/database.ts'
import { installTimers } from './virtual-timers.ts'

/** From so many seeds on all probes have to be hit. */
const LONG_RUN = 3000

type Missed = () => Promise<readonly string[]>

/** Plays what was asked for. @param missed tells which code was never reached, if that was asked @returns whether all is as it should be */
export const answerOptions = async (options: Exclude<Options, { readonly mode: 'help' }>, missed: Missed | undefined): Promise<boolean> => {
  if (options.mode === 'bugs') return playBugs(options.only, options.most)
  installTimers()
  const sql = options.sql ? await openSql() : undefined
  try {
    return await (options.mode === 'seed' ? playOne(options, sql) : playMany(options, missed, sql))
  } finally {
    await sql?.close()
  }
}

const playOne = async ({ seed, trace }: Options & { readonly mode: 'seed' }, sql: SqlDatabase | undefined): Promise<boolean> => {
  console.log(`seed ${seed}, ${drawPlan(seed).week}`)
  for (const fault of drawPlan(seed).faults) console.log(`  ${faultText(fault)}`)
  const result = await runSeed(seed, { trace: trace ? (line) => console.log(line) : undefined, sql })
  const days = (result.simulatedMs / 86_400_000).toFixed(1)
  console.log(result.violations.length === 0 ? `nothing was broken in ${days} days` : await failureText(seed, result, sql))
  return result.violations.length === 0
}

const playMany = async (
  { from, count }: Options & { readonly mode: 'seeds' },
  missed: Missed | undefined,
  sql: SqlDatabase | undefined,
): Promise<boolean> => {
  const startedAt = performance.now()
  const told = async (seed: number, result: RunResult): Promise<boolean> => {
    console.log(await failureText(seed, result, sql))
    return true
  }
  const figures = await runSeeds(from, count, told, sql)
  const seconds = (performance.now() - startedAt) / 1000
  if (missed !== undefined) console.log(['never reached:', ...(await missed())].join('\n  '))
  const { seeds, failed, simulatedDays, injected, probes } = figures
  console.log(
    `${seeds} seeds from ${from}${sql === undefined ? '' : ` over ${sql.name}`}, ${failed} failed, ${(seeds / seconds).toFixed(1)} seeds/s (one of ${availableParallelism()} cores), ` +
      `${Math.round(simulatedDays)} days simulated; faults: ${kindsText(injected)}`,
  )
  console.log(probesText(probes))
  const isWhole = count < LONG_RUN || PROBES.every((probe) => probes.has(probe))
  return failed === 0 && isWhole
}

const playBugs = async (only: string | undefined, most: number): Promise<boolean> => {
  if (only !== undefined && !BUGS.some(({ name }) => name === only))
    throw new Error(`no bug ${only}: they are ${BUGS.map(({ name }) => name).join(', ')}`)
  const results = await runBugs(only === undefined ? [] : [only], most, ({ bug, seeds, found }) =>
    console.log(
      `${bug.name.padEnd(40)} ${found === undefined ? `NOT FOUND in ${seeds} seeds` : `${String(seeds).padStart(4)} ${seeds === 1 ? 'seed ' : 'seeds'}  ${found.rule}`}`,
    ),
  )
  const missed = results.filter(({ found }) => found === undefined).length
  console.log(`${results.length - missed} of ${results.length} bugs were found`)
  return missed === 0
}
