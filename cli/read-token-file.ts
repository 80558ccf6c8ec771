import * as z from 'zod'
import { CommandFailed } from './command.ts'
import { readBytes, textOfFile } from './read-text-file.ts'

/** The text of a token file; the database that Schwabdev writes from version 3 on as its older file. Fails with CommandFailed. */
export const readTokenFile = async (path: string): Promise<string> => {
  const bytes = readBytes(path)
  return Buffer.from(bytes).toString('latin1', 0, 15) === 'SQLite format 3' ? readSchwabdev(path) : textOfFile(path, bytes)
}

/** @see https://github.com/tylerebowers/Schwabdev/blob/main/schwabdev/tokens.py */
const Row = z.looseObject({
  access_token_issued: z.string(),
  refresh_token_issued: z.string(),
  access_token: z.string(),
  refresh_token: z.string(),
})
/** What Schwabdev writes before a token that it has encrypted. */
const ENCRYPTED = 'enc:'

const readSchwabdev = async (path: string): Promise<string> => {
  // Loaded only here: Node warns of it.
  const { DatabaseSync } = await import('node:sqlite')
  const rows = (() => {
    try {
      const database = new DatabaseSync(path, { readOnly: true })
      try {
        return database.prepare('select * from schwabdev').all()
      } finally {
        database.close()
      }
    } catch (cause) {
      throw new CommandFailed(`${path} is a database, but not that of Schwabdev, which has a table named schwabdev`, { cause })
    }
  })()
  const row = Row.safeParse(rows[0]).data
  if (row === undefined) throw new CommandFailed(`${path} is the database of Schwabdev, but it holds no token`)
  const { access_token_issued, refresh_token_issued, ...token } = row
  if ([token.access_token, token.refresh_token].some((text) => text.startsWith(ENCRYPTED)))
    throw new CommandFailed(`${path} is the database of Schwabdev, and its tokens are encrypted: log in with kite reauth instead`)
  return JSON.stringify({ access_token_issued, refresh_token_issued, token_dictionary: token })
}
