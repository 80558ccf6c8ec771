import { type Command, type CommandDeps, UsageError } from './command.ts'
import { importFile } from './import-file.ts'
import { countOf, parseArguments } from './parse-options.ts'
import { tokenJson, tokenText } from './token-text.ts'
import { tokenReport } from './token-report.ts'
import { openFor, WORLD_HELP, WORLD_OPTIONS } from './world-options.ts'

const HELP = `Says how the Schwab token is, never what it is; or takes one from a file.

kite token [--history N] [--json] [--data DIR | --stage NAME]
kite token import FILE [--yes] [--data DIR | --stage NAME]

  --history N     how many entries of what became of the token (default 10)
  --json          for programs; times in UTC
  --yes           import a token of another Schwab account without asking
${WORLD_HELP}
  alive           Schwab took it when it was tried last
  expiring        the login ends within 48 hours: log in again, and nothing stops
  dead            a person has to log in: kite reauth
  missing         the secret has no value yet: kite reauth

The access token is renewed every half hour without anybody; the refresh token ends seven days after the login, whatever happens.

import takes a token file of schwab-py or of Schwabdev (tokens.json, or tokens.db since its version 3), or Schwab's answer as it is. It is
tried by a data call first and stored as current only if that succeeds, so a worse token never takes the place of a working one. A token
without a refresh token is refused.

Exit code 0 when it is alive or expiring, 1 when it is dead or missing; for import, 0 when the token is in use.
`

/** `kite token` */
export const token: Command = {
  name: 'token',
  group: 'see',
  summary: 'how the token is, how long it lasts, what became of it; import one',
  help: HELP,
  run: async (args, deps) => {
    const options = { history: { type: 'string' }, json: { type: 'boolean' }, yes: { type: 'boolean' }, ...WORLD_OPTIONS } as const
    const { values, words } = parseArguments(args, options)
    const limit = countOf('--history', values.history, 1000) ?? 10
    const [verb, file, ...more] = words
    if (verb === undefined) return report(deps, { ...values, limit })
    if (verb !== 'import') throw new UsageError(`kite token has no ${verb}: write kite token, or kite token import FILE`)
    if (file === undefined || more.length > 0) throw new UsageError('write one file: kite token import FILE')
    return importFile(file, values, deps)
  },
}

const report = async (
  deps: CommandDeps,
  options: {
    readonly limit: number
    readonly json?: boolean | undefined
    readonly data?: string | undefined
    readonly stage?: string | undefined
    readonly region?: string | undefined
  },
): Promise<number> => {
  const pipeline = await openFor(options, deps)
  const now = pipeline.clock()
  const found = await tokenReport(pipeline.secret, pipeline.store, { now, limit: options.limit })
  if (found.bookProblem !== undefined) await deps.remark(`kite: whether it was found dead is not known: ${found.bookProblem}\n`)
  await deps.print(options.json === true ? tokenJson(found, now) : tokenText(found, now))
  return found.state === 'dead' || found.state === 'missing' ? 1 : 0
}
