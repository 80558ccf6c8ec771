import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * The folder with inputs of other tools that were once taken wrongly, or undefined where it is not at hand.
 * @throws in continuous integration, where a missing folder would hide untested code
 */
export const casesDir = (): string | undefined => {
  const dir = process.env['CASES_DIR'] ?? resolve(import.meta.dirname, '../../shared/cases')
  if (existsSync(resolve(dir, 'README.md'))) return dir
  if (process.env['CI'] === 'true') throw new Error(`no cases at ${dir}: set CASES_DIR to the folder that holds them`)
  return undefined
}
