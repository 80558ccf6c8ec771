import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import * as z from 'zod'

/**
 * A small JSON file that is replaced as a whole, so that a process killed while writing leaves the old one.
 * Without a path nothing is kept.
 */
export const stateFile = <Shape extends z.ZodType>(
  path: string | undefined,
  schema: Shape,
): { readonly read: () => z.output<Shape> | undefined; readonly write: (state: z.input<Shape>) => void } => ({
  read: () => {
    const text = path === undefined ? undefined : textOf(path)
    if (text === undefined) return undefined
    try {
      return schema.parse(JSON.parse(text))
    } catch (cause) {
      throw new Error(`${path} is not what a run leaves there: remove it to start anew`, { cause })
    }
  },
  write: (state) => {
    if (path === undefined) return
    writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  },
})

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
