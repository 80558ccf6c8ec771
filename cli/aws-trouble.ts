import { AwsUnavailable, TokenUnreadable } from '../shared/domain/errors.ts'
import { chainOf, networkTrouble } from './network-trouble.ts'

/** What is wrong, and what a person can do about it. */
export type Trouble = { readonly says: string; readonly todo: string }

/** `everything`: no other call fares better. */
type AwsTrouble = Trouble & { readonly concerns: 'everything' | 'this call' }

/** What stands between this machine and AWS as a whole; undefined when it is something of one call, or nothing of AWS. */
export const awsTrouble = (error: unknown): AwsTrouble | undefined => {
  if (!(error instanceof AwsUnavailable || error instanceof TokenUnreadable)) return undefined
  const concerns = 'everything'
  for (const { name, message } of chainOf(error.cause)) {
    if (NO_CREDENTIALS.has(name))
      return /sso|expired/i.test(message)
        ? { concerns, says: 'your login at AWS has ended', todo: 'log in again, as with aws sso login' }
        : { concerns, says: 'no AWS credentials were found', todo: `${CONFIGURE}, or name a local stack with --data DIR` }
    if (REFUSED.has(name))
      return { concerns, says: `AWS does not accept the credentials (${name})`, todo: `they are wrong or have ended: ${CONFIGURE}` }
    if (name === 'RequestTimeTooSkewed')
      return { concerns, says: "this machine's clock is wrong, so AWS accepts nothing", todo: 'set the clock' }
    if (name.startsWith('AccessDenied'))
      return {
        concerns: 'this call',
        says: error.message,
        todo: 'your AWS credentials may not do this: use those of the account and role that deployed the stage (AWS_PROFILE)',
      }
  }
  const network = networkTrouble(error.cause)
  return network === undefined
    ? undefined
    : { concerns, says: `AWS cannot be reached: ${network}`, todo: 'is this machine online, and the region right (--region)?' }
}

const CONFIGURE = 'run aws configure, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'

const NO_CREDENTIALS: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError'])
const REFUSED: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'ExpiredTokenException',
  'ExpiredToken',
])
