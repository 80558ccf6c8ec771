import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareDatabase } from '../../local/supabase/prepared-database.ts'

let root: string
let made: number
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'prepared-'))
  made = 0
  mkdirSync(join(root, 'supabase/migrations'), { recursive: true })
  writeFileSync(join(root, 'supabase/migrations/1.sql'), 'create table a ()')
  writeFileSync(join(root, 'package-lock.json'), '{}')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const make = async (dataDir: string): Promise<void> => {
  made += 1
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'PG_VERSION'), `made ${made}`)
}
const prepare = (name: string, by = make) => prepareDatabase(join(root, 'data', name), join(root, 'supabase/migrations'), by, root)
const versionOf = (name: string): string => readFileSync(join(root, 'data', name, 'PG_VERSION'), 'utf8')

describe('a new database', () => {
  it('is made once and copied from then on', async () => {
    await prepare('one')
    await prepare('two')
    expect([versionOf('one'), versionOf('two'), made]).toEqual(['made 1', 'made 1', 1])
  })

  it.each([
    ['a migration', 'supabase/migrations/2.sql'],
    ['a version', 'package-lock.json'],
  ])('is made again when %s has changed', async (_, file) => {
    await prepare('one')
    writeFileSync(join(root, file), 'changed')
    await prepare('two')
    expect(versionOf('two')).toBe('made 2')
  })

  it('takes the place of an empty folder, and of no other', async () => {
    mkdirSync(join(root, 'data/empty'), { recursive: true })
    mkdirSync(join(root, 'data/full'), { recursive: true })
    writeFileSync(join(root, 'data/full/PG_VERSION'), 'mine')
    await prepare('empty')
    await prepare('full')
    expect([versionOf('empty'), versionOf('full')]).toEqual(['made 1', 'mine'])
  })

  it('leaves nothing behind that is half made', async () => {
    const fails = async (dataDir: string): Promise<void> => {
      await make(dataDir)
      throw new Error('a migration is wrong')
    }
    await expect(prepare('one', fails)).rejects.toThrow('a migration is wrong')
    expect(existsSync(join(root, 'data/one'))).toBe(false)
    expect(readdirSync(join(root, 'node_modules/.cache/alpha-kite'))).toEqual([])
  })

  it('is made by two at once without a quarrel', async () => {
    await Promise.all([prepare('one'), prepare('two')])
    expect(versionOf('one')).toMatch(/^made [12]$/)
    expect(versionOf('two')).toMatch(/^made [12]$/)
  })
})
