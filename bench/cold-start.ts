/**
 * What a cold start loads: for each function the size of its zip and of its bundle, and how long a fresh process takes to import the
 * bundle, side by side with the same handler from its sources and node_modules. `npm run bench`, or `node bench/cold-start.ts [RUNS]`.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { buildPackages } from '../local/template/function-code.ts'

const ROOT = resolve(import.meta.dirname, '..')
const RUNS = Number(process.argv[2] ?? 9)
if (!Number.isInteger(RUNS) || RUNS < 1 || RUNS > 100) {
  console.error(`RUNS ${process.argv[2]}: write a whole number from 1 to 100`)
  process.exit(2)
}
const run = promisify(execFile)

const TIMED = `const startedAt = performance.now(); await import(process.argv[1]); process.stdout.write(String(performance.now() - startedAt)); process.exit()`

/** Milliseconds that a fresh process takes to import a file. */
const importTime = async (file: string): Promise<number> => {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', TIMED, pathToFileURL(file).href]
  return Number((await run(process.execPath, args, { env: { PATH: process.env['PATH'] } })).stdout)
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** In turn, so that a machine whose speed drifts is unfair to nobody; the first of each is a warm-up. */
const sideBySide = async (files: readonly [string, string]): Promise<readonly [number, number]> => {
  const times: [number[], number[]] = [[], []]
  for (let turn = 0; turn <= RUNS; turn++) {
    for (const side of [0, 1] as const) {
      const ms = await importTime(files[side])
      if (turn > 0) times[side].push(ms)
    }
  }
  return [median(times[0]), median(times[1])]
}

const kilobytes = (path: string): string => (statSync(path).size / 1000).toFixed(1)

const dir = mkdtempSync(join(tmpdir(), 'alpha-kite-bench-'))
try {
  await buildPackages({ root: ROOT, pipelineFile: resolve(ROOT, 'pipeline.yml'), dir })
  console.log(`Cold start, Node ${process.versions.node}: median of ${RUNS} imports in fresh processes, bundle and sources in turn\n`)
  const rows = [['function', 'zip KB', 'bundle KB', 'bundle ms', 'sources ms', 'ratio']]
  for (const name of readdirSync(join(ROOT, 'functions'))) {
    const bundle = join(dir, name, `functions/${name}/handler.mjs`)
    const [packed, loose] = await sideBySide([bundle, join(ROOT, `functions/${name}/handler.ts`)])
    const ratio = (loose / packed).toFixed(1)
    rows.push([name, kilobytes(join(dir, `${name}.zip`)), kilobytes(bundle), packed.toFixed(0), loose.toFixed(0), ratio])
  }
  for (const row of rows) console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(14) : cell.padStart(11))).join(''))
} finally {
  rmSync(dir, { recursive: true, force: true })
}
