import { readFileSync } from 'node:fs'
import { BroughtUnreadable, decodeBrought } from '../shared/domain/brought-text.ts'
import { CommandFailed } from './command.ts'

/** The text of a file that a person names, whatever tool saved it. Fails with CommandFailed. */
export const readTextFile = (path: string): string => textOfFile(path, readBytes(path))

export const readBytes = (path: string): Uint8Array => {
  try {
    return readFileSync(path)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    throw new CommandFailed(`${path} cannot be read: ${code}`, { cause })
  }
}

export const textOfFile = (path: string, bytes: Uint8Array): string => {
  try {
    return decodeBrought(bytes)
  } catch (error) {
    if (!(error instanceof BroughtUnreadable)) throw error
    throw new CommandFailed(`${path} ${error.message}`, { cause: error })
  }
}
