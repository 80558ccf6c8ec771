import { PipelineError } from '../shared/domain/errors.ts'
import { shownError } from '../shared/domain/foreign-error.ts'
import { awsTrouble } from './aws-trouble.ts'
import { backfill } from './backfill.ts'
import { capacity } from './capacity.ts'
import { type Command, type CommandDeps, CommandFailed, type CommandGroup, OutputClosed, UsageError } from './command.ts'
import { dlq } from './dlq.ts'
import { doctor } from './doctor.ts'
import { exportCandles } from './export.ts'
import { migrate } from './migrate.ts'
import { reauth } from './reauth.ts'
import { redrive } from './redrive.ts'
import { setup } from './setup.ts'
import { sim } from './sim.ts'
import { status } from './status.ts'
import { ticker } from './ticker.ts'
import { token } from './token.ts'

const COMMANDS: readonly Command[] = [
  setup,
  migrate,
  status,
  doctor,
  token,
  exportCandles,
  capacity,
  reauth,
  redrive,
  ticker,
  dlq,
  backfill,
  sim,
]

/**
 * Runs one command. @returns the exit code: 0 done, 1 it could not be done or is not well, 2 the command line is wrong.
 * A reader of the output that leaves early is no failure.
 */
export const runCli = async ([name, ...args]: readonly string[], deps: CommandDeps): Promise<number> => {
  const command = COMMANDS.find((candidate) => candidate.name === name)
  try {
    if (name === undefined || isHelp(name) || name === 'help') return await printed(deps.print(overview))
    if (command === undefined) return await refused(deps, `there is no command ${name}`, overview)
    if (args.some(isHelp)) return await printed(deps.print(command.help))
    return await command.run(args, deps)
  } catch (error) {
    if (error instanceof OutputClosed) return 0
    if (error instanceof UsageError) return await refused(deps, error.message, `kite ${name} --help lists its options\n`)
    if (!(error instanceof CommandFailed || error instanceof PipelineError)) {
      const { code, frames } = shownError(error)
      await deps.remark(`kite: ${name} failed by a mistake of its own: ${code}\n${frames.map((frame) => `  ${frame}\n`).join('')}`)
      return 1
    }
    const trouble = awsTrouble(error)
    await deps.remark(trouble === undefined ? `kite: ${error.message}\n` : `kite: ${trouble.says}: ${trouble.todo}\n`)
    return 1
  }
}

const isHelp = (text: string): boolean => text === '--help' || text === '-h'

const printed = async (printing: Promise<void>): Promise<number> => {
  await printing
  return 0
}

const refused = async ({ remark }: CommandDeps, message: string, advice: string): Promise<number> => {
  await remark(`kite: ${message}\n${advice}`)
  return 2
}

const GROUPS: readonly (readonly [CommandGroup, string])[] = [
  ['install', 'Set up'],
  ['see', 'See'],
  ['repair', 'Repair'],
  ['play', 'Play'],
]

const listOf = (group: CommandGroup): string =>
  COMMANDS.filter((command) => command.group === group)
    .map(({ name, summary }) => `  ${name.padEnd(10)}${summary}\n`)
    .join('')

const overview = `The pipeline from your terminal: see how it is, repair it, play with it.

npm run kite -- <command> [options]

${GROUPS.flatMap(([group, title]) => (listOf(group) === '' ? [] : [`${title}\n${listOf(group)}`])).join('\n')}
kite <command> --help tells more, exit codes too.

status and export read a database: that of a local stack, whether it runs or not (--data DIR), or the hosted project of SUPABASE_URL
and SUPABASE_SECRET_KEY. migrate takes a connection string. The other commands reach a whole pipeline: the running local stack of
--data DIR or .kite, else AWS, stage prod or --stage NAME. What they say of where they look goes to standard error.
`
