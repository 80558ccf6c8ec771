import {
  AccessRefused,
  ClientRefused,
  GrantRefused,
  RateLimited,
  SchwabUnavailable,
  StoreUnavailable,
  TokenUnreadable,
} from '../shared/domain/errors.ts'
import { accountOf } from '../shared/domain/token-account.ts'
import { parseToken, refreshExpiresAt, type Token } from '../shared/domain/token.ts'
import type { SecretVersion } from '../shared/ports.ts'
import { importToken } from '../shared/token/import-token.ts'
import { type CommandDeps, CommandFailed } from './command.ts'
import type { WorldOptions } from './find-world.ts'
import { agrees } from './person-answers.ts'
import { momentText } from './span-text.ts'
import { tokenDeps } from './token-deps.ts'
import { currentOrNothing } from './token-report.ts'
import { openFor } from './world-options.ts'

/** `kite token import FILE`: takes a token that somebody has, if it works. @returns the exit code. Fails with CommandFailed. */
export const importFile = async (
  file: string,
  options: WorldOptions & { readonly yes?: boolean | undefined },
  deps: CommandDeps,
): Promise<number> => {
  const text = await deps.readTokenFile(file)
  const token = readToken(text, file)
  const pipeline = await openFor(options, deps)
  if (options.yes !== true && isOtherAccount(token, await currentOrNothing(pipeline.secret))) {
    if (!(await agrees(`${file} is of another Schwab account than the token stored.`, deps)))
      throw new CommandFailed('the token of the other account is not used. What was stored before is untouched')
  }
  try {
    const { versionId, token: stored, ended } = await importToken(text, await tokenDeps(pipeline))
    const endsAt = refreshExpiresAt(stored)
    const lasts =
      endsAt === undefined ? 'it does not say when the login was, so nobody can warn of its end' : `it lasts until ${momentText(endsAt)}`
    await deps.print(`The token is proven and in use as version ${versionId}; ${lasts}.\n`)
    if (ended !== undefined)
      await deps.print(`Outage ${ended.id} is over for the token; what is missing is fetched by itself. Watch: kite status.\n`)
    return 0
  } catch (error) {
    const why = WHY.find(([kind]) => error instanceof kind)?.[1]
    throw why === undefined ? error : new CommandFailed(`${file} ${why}`, { cause: error })
  }
}

const UNTOUCHED = 'What was stored before is untouched'

/** What a failure means for the person who chose the file. */
const WHY = [
  [GrantRefused, `is of no use: Schwab does not accept its refresh token any more. ${UNTOUCHED}; log in with kite reauth`],
  [AccessRefused, `is of no use: Schwab refuses market data with it. ${UNTOUCHED}`],
  [ClientRefused, `could not be tried: Schwab does not accept the key or secret of the app. ${UNTOUCHED}`],
  [SchwabUnavailable, 'could not be proven: Schwab does not answer at the moment. What was stored before is still in use; try again later'],
  [RateLimited, 'could not be proven: Schwab takes no more calls this minute. What was stored before is still in use; try again later'],
  [StoreUnavailable, 'was tried, but the database did not answer. Look with kite token what is in use, and try again'],
] as const

const readToken = (text: string, file: string): Token => {
  try {
    return parseToken(text)
  } catch (error) {
    if (!(error instanceof TokenUnreadable)) throw error
    throw new CommandFailed(`${file} cannot be used: ${error.message}`, { cause: error })
  }
}

/** Only where both say whose they are. */
const isOtherAccount = (token: Token, current: SecretVersion | undefined): boolean => {
  const stored = current && accountOfText(current.value)
  const account = accountOf(token)
  return account !== undefined && stored !== undefined && account !== stored
}

/** Anybody can put anything there by hand. */
const accountOfText = (text: string): string | undefined => {
  try {
    return accountOf(parseToken(text))
  } catch (error) {
    if (error instanceof TokenUnreadable) return undefined
    throw error
  }
}
