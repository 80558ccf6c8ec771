import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { replaceAtOnce, replaceDurably } from './durable-file.ts'
import { StateDamaged } from './state-damaged.ts'

/**
 * A small JSON file of the state directory that is replaced as a whole. Without a path nothing is kept.
 * `read` fails with StateDamaged. `write` returns when the new content is on disk; `writeSoon` leaves the disk to the system, for what
 * changes often and is no loss when the power fails.
 */
export const stateFile = <Shape extends z.ZodType>(
  path: string | undefined,
  schema: Shape,
): {
  readonly read: () => z.output<Shape> | undefined
  readonly write: (state: z.input<Shape>) => void
  readonly writeSoon: (state: z.input<Shape>) => void
} => ({
  read: () => {
    const text = path === undefined ? undefined : readState(path)
    return path === undefined || text === undefined ? undefined : parseState(path, text, schema)
  },
  write: (state) => {
    if (path !== undefined) replaceDurably(path, JSON.stringify(state))
  },
  writeSoon: (state) => {
    if (path !== undefined) replaceAtOnce(path, JSON.stringify(state))
  },
})

/** The text of a file of the state directory; undefined when there is none. */
export const readState = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** @param where in the file, when `text` is a part of it. @throws StateDamaged */
export const parseState = <Shape extends z.ZodType>(path: string, text: string, schema: Shape, where = ''): z.output<Shape> => {
  const result = schema.safeParse(parseJson(path, text, where))
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new StateDamaged(path, `${where}${issue?.path.join('.') || 'the whole'} is not as it was written (${issue?.code ?? 'invalid'})`)
}

const parseJson = (path: string, text: string, where: string): unknown => {
  if (text.replaceAll('\0', '').trim() === '') throw new StateDamaged(path, `${where}it is empty`)
  try {
    return JSON.parse(text)
  } catch (error) {
    // The parser's own words repeat a piece of the text, which may be a secret.
    const at = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
    throw new StateDamaged(path, `${where}it is not JSON${at === undefined ? ', it ends too early' : `, at character ${at}`}`)
  }
}
