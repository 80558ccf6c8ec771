/**
 * What a cold start loads: for each function the size of its zip and of its bundle, and how long a fresh process takes to import the
 * bundle, side by side with the same handler from its sources and node_modules.
 */
import { execFile } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { buildPackages } from '../local/template/function-code.ts'
import type { Benchmark } from './benchmark.ts'
import { median } from './measure/percentile.ts'
import type { Row } from './measure/row.ts'

const ROOT = resolve(import.meta.dirname, '..')
const RUNS = 5
const run = promisify(execFile)

const TIMED = `const startedAt = performance.now(); await import(process.argv[1]); process.stdout.write(String(performance.now() - startedAt)); process.exit()`

export const coldStart: Benchmark = async ({ dir, say }) => {
  say('cold-start: packaging')
  await buildPackages({ root: ROOT, pipelineFile: resolve(ROOT, 'pipeline.yml'), dir })
  const rows: Row[] = []
  for (const name of readdirSync(join(ROOT, 'functions'))) {
    say(`cold-start: ${name}`)
    const bundle = join(dir, name, `functions/${name}/handler.mjs`)
    const [packed, loose] = await sideBySide([bundle, join(ROOT, `functions/${name}/handler.ts`)])
    const line = (what: string, rest: Pick<Row, 'unit' | 'ours'> & Partial<Row>): Row => ({
      benchmark: 'cold-start',
      what: `${name}: ${what}`,
      better: 'less',
      ...rest,
    })
    rows.push(
      line('zip', { unit: 'bytes', ours: statSync(join(dir, `${name}.zip`)).size }),
      line('bundle', { unit: 'bytes', ours: statSync(bundle).size }),
      line('import of the bundle', { unit: 'ms', ours: packed, other: loose, against: 'sources' }),
    )
  }
  return rows
}

/** Milliseconds that a fresh process takes to import a file. */
const importTime = async (file: string): Promise<number> => {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', TIMED, pathToFileURL(file).href]
  return Number((await run(process.execPath, args, { env: { PATH: process.env['PATH'] } })).stdout)
}

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
