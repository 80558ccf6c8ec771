import { type CommandDeps, CommandFailed } from '../command.ts'

/** Asks before anything is applied. Fails with CommandFailed where nobody can be asked. */
export const mayApply = async (yes: boolean, { hasTerminal, readLine, print }: CommandDeps): Promise<boolean> => {
  if (yes) return true
  if (!hasTerminal) throw new CommandFailed('there is no terminal to ask at: write --yes to apply them. Nothing was applied')
  const agrees = /^\s*y(es)?\s*$/i.test((await readLine('apply? [y/N] ')) ?? '')
  if (!agrees) await print('Nothing was applied.\n')
  return agrees
}
