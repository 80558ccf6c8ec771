import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { guarded } from '../../local/process/guarded.ts'
import { lockStateDir } from '../../local/state-lock.ts'

const LOCK = resolve(import.meta.dirname, '../../local/state-lock.ts')
const HOLDER = `import { lockStateDir } from ${JSON.stringify(LOCK)}
process.stdout.write(lockStateDir(process.argv[1]) === undefined ? 'refused' : 'held')
setInterval(() => {}, 1000)`

describe('the lock on a state directory', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'state-lock-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  it('is given to one, and to the next when it is released', () => {
    const lock = lockStateDir(dir)
    expect(lock).toBeDefined()
    expect(lockStateDir(dir)).toBeUndefined()
    lock?.release()
    const next = lockStateDir(dir)
    expect(next).toBeDefined()
    next?.release()
  })

  it('makes the directory', () => {
    const lock = lockStateDir(join(dir, 'a/b'))
    expect(lock).toBeDefined()
    lock?.release()
  })

  it('is free again when the process that held it was killed', async () => {
    const holder = guarded(spawn(process.execPath, ['--input-type=module', '-e', HOLDER, dir], { stdio: ['ignore', 'pipe', 'inherit'] }))
    const [word] = await once(holder.stdout, 'data')
    expect(String(word)).toBe('held')
    expect(lockStateDir(dir)).toBeUndefined()
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const lock = lockStateDir(dir)
    expect(lock).toBeDefined()
    lock?.release()
  })
})
