import type { DeclaredFunction } from './declared-functions.ts'

/** Which functions differ, and the file that each should be of. */
export const strayText = (stray: readonly DeclaredFunction[]): string => {
  const files = [...new Set(stray.map(({ file }) => file))]
  return files
    .map((file) => {
      const names = stray.filter((one) => one.file === file).map(({ name }) => name)
      return `${names.join(', ')} of ${file}`
    })
    .join('; ')
}

export const WHAT_TO_DO =
  'Either the file was changed after it was applied, which must never be: give it its old text back, and put the change into a new file. Or somebody changed the database by hand'
