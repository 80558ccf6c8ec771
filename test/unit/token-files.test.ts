import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readTextFile } from '../../cli/read-text-file.ts'
import { readTokenFile } from '../../cli/read-token-file.ts'
import { parseToken } from '../../shared/domain/token.ts'
import { casesDir } from '../cases.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'token-files-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const written = (bytes: Uint8Array): string => {
  const path = join(dir, 'token.json')
  writeFileSync(path, bytes)
  return path
}
const utf16be = (text: string): Uint8Array => Buffer.from(text, 'utf16le').swap16()

/** A tokens.db as Schwabdev 3 makes it. */
const schwabdevDatabase = (row?: Readonly<Record<string, string | number>>, table = 'schwabdev'): string => {
  const path = join(dir, 'tokens.db')
  const database = new DatabaseSync(path)
  const columns = ['access_token_issued', 'refresh_token_issued', 'access_token', 'refresh_token', 'id_token', 'expires_in']
  database.exec(`create table ${table} (${columns.join(', ')})`)
  if (row !== undefined) {
    const places = columns.map(() => '?').join(', ')
    database.prepare(`insert into ${table} values (${places})`).run(...columns.map((column) => row[column] ?? null))
  }
  database.close()
  return path
}
const ROW = {
  access_token_issued: '2026-01-05T15:30:00+00:00',
  refresh_token_issued: '2026-01-05T14:00:00+00:00',
  access_token: 'marked-access',
  refresh_token: 'marked-refresh',
  expires_in: 1800,
}

describe('a file that another tool saved', () => {
  it.each([
    ['UTF-8', Buffer.from('{"ü":1}')],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeff{"ü":1}')],
    ['UTF-16, the lower byte first', Buffer.from('\ufeff{"ü":1}', 'utf16le')],
    ['UTF-16, the higher byte first', utf16be('\ufeff{"ü":1}')],
  ])('is read as %s', (_, bytes) => {
    expect(readTextFile(written(bytes))).toBe('{"ü":1}')
  })

  it.each([
    ['UTF-16 without a byte order mark', Buffer.from('{"a":1}', 'utf16le')],
    ['Latin-1', Buffer.from('{"ü":1}', 'latin1')],
  ])('is refused by name as %s', (_, bytes) => {
    const path = written(bytes)
    expect(() => readTextFile(path)).toThrow(`${path} has an encoding that cannot be read: save it as UTF-8`)
  })
})

describe("Schwabdev's database", () => {
  it('is a token file like any other, its login time used', async () => {
    expect(parseToken(await readTokenFile(schwabdevDatabase(ROW)))).toMatchObject({
      accessToken: 'marked-access',
      refreshToken: 'marked-refresh',
      loggedInAt: Date.parse('2026-01-05T14:00:00Z'),
      accessExpiresAt: Date.parse('2026-01-05T16:00:00Z'),
    })
  })

  it.each([
    ['encrypted', () => schwabdevDatabase({ ...ROW, refresh_token: 'enc:marked' }), 'its tokens are encrypted: log in with kite reauth'],
    ['empty', () => schwabdevDatabase(), 'it holds no token'],
    ['of somebody else', () => schwabdevDatabase(ROW, 'other'), 'not that of Schwabdev'],
  ])('is refused with the reason when it is %s', async (_, make, reason) => {
    const path = make()
    await expect(readTokenFile(path)).rejects.toThrow(reason)
    await expect(readTokenFile(path)).rejects.not.toThrow('marked')
  })
})

describe.skipIf(casesDir() === undefined)('the token files that were refused once', () => {
  const LOGIN = 1_795_789_776_000
  const WRITTEN = Date.parse('2026-11-27T14:29:36Z')
  it.each([
    ['token-bom.json', LOGIN, 1_795_805_400_000],
    ['token-utf16.json', LOGIN, 1_795_805_400_000],
    ['token-null-created.json', undefined, 1_795_805_400_000],
    ['token-null-expires-at.json', LOGIN, 0],
    ['token-schwabdev.json', WRITTEN, WRITTEN + 123 + 1_800_000],
  ])('%s is taken', async (name, loggedInAt, accessExpiresAt) => {
    const text = await readTokenFile(resolve(casesDir() ?? '', name))
    expect(parseToken(text)).toMatchObject({ accessToken: 'REPLACE-a@', refreshToken: 'REPLACE-r@', loggedInAt, accessExpiresAt })
  })
})
