import type { Migration } from './migration.ts'

/** A function as the migrations leave it. `body`: what stands between the dollar quotes, to the letter. */
export type DeclaredFunction = { readonly name: string; readonly file: string; readonly body: string }

/** A function as a database has it. */
export type StoredFunction = { readonly name: string; readonly body: string }

const DECLARATION = /create (?:or replace )?function public\.(\w+)\s*\(|drop function (?:if exists )?public\.(\w+)\s*\(/g
const BODY = /\bas (\$\w*\$)([\s\S]*?)\1/g

/** The functions that are there when all of these have been applied, each with the last file that makes it. */
export const declaredFunctions = (migrations: readonly Migration[]): readonly DeclaredFunction[] => {
  const found = new Map<string, DeclaredFunction>()
  for (const { file, sql } of migrations) {
    for (const { 1: made, 2: dropped, index } of sql.matchAll(DECLARATION)) {
      if (dropped !== undefined) found.delete(dropped)
      BODY.lastIndex = index
      const body = made === undefined ? undefined : BODY.exec(sql)?.[2]
      if (made !== undefined && body !== undefined) found.set(made, { name: made, file, body })
    }
  }
  return [...found.values()]
}

/** Those that the database has with another body, twice, or not at all. Functions that no migration makes are somebody else's. */
export const strayFunctions = (declared: readonly DeclaredFunction[], stored: readonly StoredFunction[]): readonly DeclaredFunction[] =>
  declared.filter(({ name, body }) => {
    const there = stored.filter((other) => other.name === name)
    return there.length !== 1 || there[0]?.body !== body
  })
