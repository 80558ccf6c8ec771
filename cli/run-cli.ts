import { capacity } from './capacity.ts'
import { type Command, type CommandDeps, CommandFailed, OutputClosed, UsageError } from './command.ts'
import { exportCandles } from './export.ts'
import { status } from './status.ts'

const COMMANDS: readonly Command[] = [status, exportCandles, capacity]

/**
 * Runs one command. @returns the exit code: 0 done, 1 it could not be done, 2 the command line is wrong.
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
    if (!(error instanceof CommandFailed)) throw error
    await deps.remark(`kite: ${error.message}\n`)
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

const overview = `What the pipeline has, and what it costs.

npm run kite -- <command> [options]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join('\n')}

kite <command> --help tells more.
With --data DIR, or in the folder of a local stack, the commands read its database, whether it runs or not;
with SUPABASE_URL and SUPABASE_SECRET_KEY set and no --data they read that hosted project.
`
