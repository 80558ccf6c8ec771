import { availableParallelism } from 'node:os'
import { BUGS } from './bugs.ts'
import { startCoverage } from './coverage.ts'
import { HELP, readOptions, type Options } from './options.ts'
import { drawPlan } from './plan.ts'
import { failureText, faultText, kindsText } from './report.ts'
import { runBugs } from './run-bugs.ts'
import { runSeed } from './run-seed.ts'
import { runSeeds } from './run-seeds.ts'
import { installTimers } from './virtual-timers.ts'

const playOne = async (seed: number, trace: boolean): Promise<boolean> => {
  console.log(`seed ${seed}, ${drawPlan(seed).week}`)
  for (const fault of drawPlan(seed).faults) console.log(`  ${faultText(fault)}`)
  const result = await runSeed(seed, trace ? (line) => console.log(line) : undefined)
  const days = (result.simulatedMs / 86_400_000).toFixed(1)
  console.log(result.violations.length === 0 ? `nothing was broken in ${days} days` : await failureText(seed, result))
  return result.violations.length === 0
}

const playMany = async ({ from, count, coverage }: Options & { readonly mode: 'seeds' }): Promise<boolean> => {
  const missed = coverage ? await startCoverage() : undefined
  const startedAt = performance.now()
  const figures = await runSeeds(from, count, async (seed, result) => {
    console.log(await failureText(seed, result))
    return true
  })
  const seconds = (performance.now() - startedAt) / 1000
  if (missed !== undefined) console.log(['never reached:', ...(await missed())].join('\n  '))
  const { seeds, failed, simulatedDays, injected } = figures
  console.log(
    `${seeds} seeds from ${from}, ${failed} failed, ${(seeds / seconds).toFixed(1)} seeds/s (one of ${availableParallelism()} cores), ` +
      `${Math.round(simulatedDays)} days simulated; faults: ${kindsText(injected)}`,
  )
  return failed === 0
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

const run = async (): Promise<boolean> => {
  const options = readOptions(process.argv.slice(2))
  if (options.mode === 'help') return (console.log(HELP), true)
  if (options.mode === 'bugs') return playBugs(options.only, options.most)
  installTimers()
  return options.mode === 'seed' ? playOne(options.seed, options.trace) : playMany(options)
}

try {
  process.exitCode = (await run()) ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
