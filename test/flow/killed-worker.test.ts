import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { guarded } from '../../local/process/guarded.ts'
import { hasBrowser } from '../browser/open-browser.ts'
import { postgresBinaries } from '../contract/postgres-cluster.ts'
import { descendants, left } from '../processes.ts'
import { until } from '../until.ts'

const WORKER = join(import.meta.dirname, 'killed-worker.ts')

describe('a test worker that is killed', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'killed-worker-'))
    // The database server has an account of its own.
    chmodSync(dir, 0o755)
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  it('leaves none of the processes that it has started', async () => {
    const env = { ...process.env, TMPDIR: dir }
    const args = ['--disable-warning=ExperimentalWarning', WORKER, dir]
    const worker = guarded(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] }))
    const ended = once(worker, 'exit')
    const [line] = await Promise.race([once(worker.stdout, 'data'), ended.then(() => ['it ended by itself'])])
    const kinds = ['a stack', 'a database server', 'a browser', 'a packaging', 'a program']
    const isThere = [true, postgresBinaries() !== undefined, hasBrowser(), true, true]
    expect(String(line).trim().split(', ')).toEqual(kinds.filter((_, place) => isThere[place]))
    const packages = (commands: readonly { readonly command: string }[]) =>
      commands.some(({ command }) => command.includes('serverless.js'))
    const before = await until(() => {
      const found = descendants(worker.pid ?? 0)
      return packages(found) ? found : undefined
    }, 'the packaging runs')
    expect(before.length).toBeGreaterThanOrEqual(kinds.filter((_, place) => isThere[place]).length)

    worker.kill('SIGKILL')
    await ended
    await expect.poll(() => left(before, dir)).toEqual([])
  })
})
