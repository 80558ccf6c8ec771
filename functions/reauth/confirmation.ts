import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'

const Confirmation = z.object({
  /** The version of the secret that holds the login. */
  versionId: z.string(),
  /** What the login was for. */
  subject: z.string(),
  /** Epoch milliseconds. */
  exp: z.number(),
})
type Confirmation = Readonly<z.infer<typeof Confirmation>>

/** The right of one browser to have a stored login of another account used. It holds no secret. */
export const signConfirmation = (confirmation: Confirmation, browserHash: string, signingKey: string): string => {
  const payload = Buffer.from(JSON.stringify(confirmation)).toString('base64url')
  return `${payload}.${signatureOf(payload, browserHash, signingKey).toString('base64url')}`
}

/** What was signed for this browser, or undefined when it was not, or its time is over. */
export const readConfirmation = (text: string, browserHash: string, signingKey: string, now: number): Confirmation | undefined => {
  const [payload = '', signature = '', ...rest] = text.split('.')
  const expected = signatureOf(payload, browserHash, signingKey)
  const given = Buffer.from(signature, 'base64url')
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const confirmation = Confirmation.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
  return confirmation.exp > now ? confirmation : undefined
}

const signatureOf = (payload: string, browserHash: string, signingKey: string): Buffer =>
  createHmac('sha256', signingKey).update(`confirmation.${browserHash}.${payload}`).digest()
