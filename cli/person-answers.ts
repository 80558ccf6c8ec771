import type { CommandDeps } from './command.ts'

/** Asks a question that only the word yes agrees to. */
export const agrees = async (question: string, { readLine }: Pick<CommandDeps, 'readLine'>): Promise<boolean> =>
  /^\s*yes\s*$/i.test((await readLine(`${question} Type yes to go on: `)) ?? '')
