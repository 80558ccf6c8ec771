import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { guarded } from '../../local/process/guarded.ts'
import { pipelineFile, type Limits } from './pipeline-file.ts'
import { type StackJob, StackReport } from './job.ts'
import { SEED } from './market.ts'

const ROOT = resolve(import.meta.dirname, '../..')

export type StackRun = Omit<StackJob, 'port'> & { readonly tickers: readonly string[]; readonly limits: Limits }

/** Runs a stack until its job is done. @throws when it ends without a report, or is not done in time */
export const runMeasuredStack = async ({ tickers, limits, ...job }: StackRun, timeoutSeconds: number): Promise<StackReport> => {
  mkdirSync(job.data, { recursive: true })
  const file = pipelineFile(join(job.data, 'measured.yml'), tickers, limits)
  const child = guarded(
    fork(join(import.meta.dirname, 'stack-process.ts'), [JSON.stringify({ ...job, port: 46_000, seed: SEED })], {
      cwd: ROOT,
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', './local/clock/replace-date.ts'],
      env: { ...process.env, PIPELINE_FILE: file },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }),
  )
  const timer = setTimeout(() => child.kill('SIGINT'), timeoutSeconds * 1000)
  let report: StackReport | undefined
  child.on('message', (message) => {
    report = StackReport.parse(message)
  })
  await once(child, 'exit')
  clearTimeout(timer)
  if (report === undefined) throw new Error(`the measured stack ended after at most ${timeoutSeconds} s without a report`)
  return report
}
