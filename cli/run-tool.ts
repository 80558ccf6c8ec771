import { spawn } from 'node:child_process'
import { once } from 'node:events'

export type ToolRun = { readonly code: number | 'missing'; readonly output: string }

/** Runs another program in `cwd`. It finds no input: its questions would not be seen, and so it fails where it would have to ask. */
export const runTool = async (
  name: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<ToolRun> => {
  const child = spawn(name, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const take = (text: Buffer): void => {
    output += String(text)
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  try {
    const [code] = await once(child, 'close')
    return { code: typeof code === 'number' ? code : 1, output }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { code: 'missing', output: '' }
    throw error
  }
}
