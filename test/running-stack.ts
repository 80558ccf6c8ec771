import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { type Endpoints, readEndpoints } from '../local/endpoints.ts'
import { guarded } from '../local/process/guarded.ts'
import { runNode } from './replay.ts'
import { until } from './until.ts'

const ROOT = resolve(import.meta.dirname, '..')

/** An event of the stack's journal, as far as tests look at it. */
const Journalled = z.object({
  event: z.object({ 'detail-type': z.string(), detail: z.looseObject({ link: z.string().optional(), outageId: z.string().optional() }) }),
})
export type JournalledDetail = z.infer<typeof Journalled>['event']['detail']

export type RunningStack = {
  readonly dir: string
  readonly endpoints: Endpoints
  /** `kite sim …` against it. @throws when it does not end with 0 */
  readonly sim: (...args: readonly string[]) => Promise<void>
  /** The details of all events of this type so far. */
  readonly events: (type: string) => readonly JournalledDetail[]
  /** The outages that were announced. A busy machine lets a claim of two simulated minutes end in two real seconds: one may be told of twice. */
  readonly outageIds: () => readonly string[]
  readonly stop: () => Promise<void>
}

/** `npm start` on an empty directory, as a newcomer runs it. It ends with this process. */
export const runningStack = async (dir: string, port: number, ...options: readonly string[]): Promise<RunningStack> => {
  const args = ['--import', './local/clock/replace-date.ts', 'local/start.ts', '--data', dir, '--port', String(port), ...options]
  const stack = guarded(spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { cwd: ROOT, stdio: 'ignore' }))
  const endpoints = await until(() => {
    if (stack.exitCode !== null) throw new Error(`the stack ended with ${stack.exitCode}`)
    return readEndpoints(dir)
  }, 'the stack listens')
  const events = (type: string): readonly JournalledDetail[] =>
    readFileSync(join(dir, 'aws', 'events.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.includes(`"${type}"`))
      .map((line) => Journalled.parse(JSON.parse(line)).event)
      .filter((event) => event['detail-type'] === type)
      .map(({ detail }) => detail)
  return {
    dir,
    endpoints,
    events,
    outageIds: () => [...new Set(events('ReauthRequired').flatMap(({ outageId }) => outageId ?? []))],
    sim: async (...words) => {
      const ended = await runNode(['cli/kite.ts', 'sim', ...words, '--data', dir])
      if (ended.code !== 0) throw new Error(`kite sim ${words.join(' ')} ended with ${ended.code}: ${ended.stderr}`)
    },
    stop: async () => {
      if (stack.exitCode !== null) return
      stack.kill('SIGINT')
      await once(stack, 'exit')
    },
  }
}
