import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import * as z from 'zod'
import { stateFile } from './state-file.ts'

const LocalKeys = z.object({
  /** Keys of the embedded Supabase. */
  publishableKey: z.string().regex(/^sb_publishable_[\w-]{32}$/),
  secretKey: z.string().regex(/^sb_secret_[\w-]{32}$/),
  /** Signs the links of mails. */
  signingKey: z.string().regex(/^[\w-]{32}$/),
})
export type LocalKeys = Readonly<z.infer<typeof LocalKeys>>

/** The keys of the stack on this directory, made with it: whoever knows those of another stack has none of this one. */
export const openLocalKeys = (dir: string): LocalKeys => {
  const file = stateFile(join(dir, 'keys.json'), LocalKeys)
  const kept = file.read()
  if (kept !== undefined) return kept
  const secret = (): string => randomBytes(24).toString('base64url')
  const made = { publishableKey: `sb_publishable_${secret()}`, secretKey: `sb_secret_${secret()}`, signingKey: secret() }
  file.write(made)
  return made
}
