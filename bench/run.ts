/** `npm run bench`: runs all benchmarks, or those that are named, one after the other, and prints one table. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Benchmark } from './benchmark.ts'
import { coldStart } from './cold-start.ts'
import { dashboard } from './dashboard.ts'
import { indicators } from './indicators.ts'
import { machine } from './measure/machine.ts'
import type { Row } from './measure/row.ts'
import { markdownTable, textTable } from './measure/table.ts'
import { benchHelp, BenchUsageError, parseBenchOptions, type BenchOptions } from './options.ts'
import { recovery } from './recovery.ts'
import { soak } from './soak.ts'
import { tick } from './tick.ts'
import { writer } from './writer.ts'

/** In the order of the table. A new one is a file that exports a function, and a line here. */
const BENCHMARKS: Readonly<Record<string, Benchmark>> = { tick, recovery, writer, indicators, 'cold-start': coldStart, dashboard, soak }

const measure = async (tmp: string, { names, full, markdown }: BenchOptions): Promise<boolean> => {
  const say = (line: string): void => console.error(line)
  const startedAt = performance.now()
  const rows: Row[] = []
  const failed: string[] = []
  for (const name of names) {
    const dir = join(tmp, name)
    mkdirSync(dir)
    try {
      rows.push(...((await BENCHMARKS[name]?.({ dir, shared: tmp, full, say })) ?? []))
    } catch (error) {
      failed.push(name)
      say(`${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
    rmSync(dir, { recursive: true, force: true })
  }
  const minutes = (performance.now() - startedAt) / 60_000
  const about = `${machine(new Date())}. ${minutes.toFixed(1)} minutes.`
  console.log(markdown ? `${about}\n\n${markdownTable(rows)}` : `\n${textTable(rows)}\n\n${about}`)
  return failed.length === 0
}

const main = async (): Promise<number> => {
  const known = Object.keys(BENCHMARKS)
  const options = parseBenchOptions(process.argv.slice(2), known)
  if (options === 'help') {
    console.log(benchHelp(known))
    return 0
  }
  const tmp = mkdtempSync(join(tmpdir(), 'alpha-kite-bench-'))
  const clean = (): void => rmSync(tmp, { recursive: true, force: true })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      clean()
      process.exit(130)
    })
  try {
    return (await measure(tmp, options)) ? 0 : 1
  } finally {
    clean()
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof BenchUsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
process.exit()
