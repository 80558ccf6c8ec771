import type { Finding } from './finding.ts'

const WORDS: Readonly<Record<Finding['verdict'], string>> = { ok: 'ok', failed: 'FAILED', unknown: 'unknown', note: 'note' }
const NAME_COLUMN = 20

/** For people: what was found, and below it what to do. */
export const findingLine = ({ name, verdict, says, todo }: Finding): string => {
  const indent = ' '.repeat(9 + NAME_COLUMN)
  return `${WORDS[verdict].padEnd(9)}${name.padEnd(NAME_COLUMN)}${says}\n${todo === undefined ? '' : `${indent}→ ${todo}\n`}`
}
