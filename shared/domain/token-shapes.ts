import * as z from 'zod'
import { checkBrought } from './brought-json.ts'
import { BroughtUnreadable } from './brought-text.ts'
import { isHeaderSafe } from './secret-shapes.ts'

const Seconds = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
])
/** One pasted with a line break would be quoted, token and all, by the error of whoever sends it. */
const Secret = z.string().refine(isHeaderSafe)
const Answer = z.looseObject({
  access_token: Secret,
  refresh_token: z.union([Secret, z.literal('')]).optional(),
  expires_at: Seconds.optional(),
  expires_in: Seconds.optional(),
})

/** A token as its file has it. Times are epoch seconds. */
export type TokenFile = {
  /** When the person logged in. */
  readonly created: number | undefined
  readonly token: z.output<typeof Answer>
}

/** The file of schwab-py, and of tda-api before it. @see https://schwab-py.readthedocs.io/en/latest/auth.html */
const SchwabPy = z
  .looseObject({ creation_timestamp: Seconds.optional(), token: Answer })
  .transform(({ creation_timestamp: created, token }): TokenFile => ({ created, token }))

/** An older Schwabdev wrote the time of its own zone without saying which: it is not guessed. */
const Issued = z
  .string()
  .transform((text) => (/(Z|[+-]\d\d:?\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)) ? Date.parse(text) / 1000 : undefined))

/**
 * The tokens.json of Schwabdev up to version 2. Its refresh token is issued at the login, and never by a refresh.
 * @see https://github.com/tylerebowers/Schwabdev/blob/main/schwabdev/tokens.py
 */
const Schwabdev = z
  .looseObject({ access_token_issued: Issued.optional(), refresh_token_issued: Issued.optional(), token_dictionary: Answer })
  .transform(({ access_token_issued: issued, refresh_token_issued: created, token_dictionary: token }): TokenFile => {
    const { expires_in: life } = token
    return { created, token: issued === undefined || life === undefined ? token : { expires_at: issued + life, ...token } }
  })

/** What Schwab's token endpoint answered, perhaps with a `creation_timestamp` that somebody added. */
const Bare = Answer.extend({ creation_timestamp: Seconds.optional() }).transform(
  ({ creation_timestamp: created, ...token }): TokenFile => ({ created, token }),
)

const SHAPES = [
  { sign: 'token', name: 'the token file of schwab-py', schema: SchwabPy },
  { sign: 'token_dictionary', name: 'the token file of Schwabdev', schema: Schwabdev },
  { sign: 'access_token', name: "Schwab's token answer", schema: Bare },
] as const

/** @throws BroughtUnreadable whose message is a whole sentence */
export const readTokenFile = (value: unknown): TokenFile => {
  const shape = SHAPES.find(({ sign }) => typeof value === 'object' && value !== null && sign in value)
  if (shape === undefined) {
    const known = SHAPES.map(({ sign, name }) => `${name} (${sign})`).join(', ')
    throw new BroughtUnreadable('field_missing', `the token has none of the fields that tell what it is: ${known}`)
  }
  try {
    return checkBrought(value, shape.schema)
  } catch (error) {
    if (!(error instanceof BroughtUnreadable)) throw error
    throw new BroughtUnreadable(error.kind, `${shape.name} ${error.message}`)
  }
}
