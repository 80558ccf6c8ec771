import * as z from 'zod'
import { parseBrought } from '../domain/brought-json.ts'
import { BroughtUnreadable } from '../domain/brought-text.ts'
import { TokenUnreadable } from '../domain/errors.ts'
import { isHeaderSafe, isSupabaseSecretKey, isWebAddress } from '../domain/secret-shapes.ts'

const Required = z.object({
  schwabAppKey: z.string().refine(isHeaderSafe),
  schwabAppSecret: z.string().refine(isHeaderSafe),
  supabaseUrl: z.string().refine(isWebAddress),
  supabaseSecretKey: z.string().refine(isSupabaseSecretKey),
  /** Signs the links in mails: at least 32 characters that nobody can guess. */
  signingKey: z.string().min(32).refine(isHeaderSafe),
})

/** The credentials that every function but the token needs; one secret, so that one is paid for. */
export const AppSecret = Required.extend({
  // No function needs the two below, so none may stop for them.
  /** The browser's key of the database. */
  supabasePublishableKey: z.string().min(1).optional().catch(undefined),
  /** Where Schwab sends a browser back to that logs in from a terminal. */
  callbackUrl: z.url().optional().catch(undefined),
})
export type AppSecret = Readonly<z.infer<typeof AppSecret>>

/** @throws TokenUnreadable naming the fields that are missing or wrong, never a value */
export const parseAppSecret = (text: string): AppSecret => {
  const result = AppSecret.safeParse(parsed(text))
  if (result.success) return result.data
  const fields = [...new Set(result.error.issues.map((issue) => issue.path.join('.') || 'the whole'))].join(', ')
  throw new TokenUnreadable(`the application secret has no usable ${fields}: ${WANTED}`)
}

const WANTED = `it is a JSON object with ${Object.keys(Required.shape).join(', ')}, each as it was given out, on one line`

const parsed = (text: string): unknown => {
  try {
    return parseBrought(text)
  } catch (error) {
    if (!(error instanceof BroughtUnreadable)) throw error
    throw new TokenUnreadable(`the application secret ${error.message}; ${WANTED}`)
  }
}
