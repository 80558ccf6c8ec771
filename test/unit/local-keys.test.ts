import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLocalKeys } from '../../local/local-keys.ts'

describe('the keys of a local stack', () => {
  let dirs: readonly string[]
  beforeEach(() => {
    dirs = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'local-keys-')))
  })
  afterEach(() => {
    for (const dir of dirs) rmSync(dir, { recursive: true })
  })

  it('stay with its directory, and are those of no other', () => {
    const [mine = '', other = ''] = dirs
    const keys = openLocalKeys(mine)
    expect(openLocalKeys(mine)).toEqual(keys)
    expect(keys.secretKey).toMatch(/^sb_secret_[\w-]{32}$/)
    expect(new Set([...Object.values(keys), ...Object.values(openLocalKeys(other))]).size).toBe(6)
  })

  it('are readable by their owner only', () => {
    const [mine = ''] = dirs
    openLocalKeys(mine)
    expect(statSync(join(mine, 'keys.json')).mode & 0o077).toBe(0)
  })
})
