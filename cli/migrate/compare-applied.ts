import type { Migration } from './migration.ts'

/** What a database's record says of a migration. Undefined: an old record without the statements. */
export type Recorded = { readonly version: string; readonly statements: readonly string[] | undefined }

/** The files whose text is another one than was applied. The Supabase CLI records them cut into statements, `kite migrate` whole. */
export const changedFiles = (all: readonly Migration[], recorded: readonly Recorded[]): readonly string[] =>
  all.flatMap(({ file, version, sql }) => {
    const statements = recorded.find((record) => record.version === version)?.statements
    return statements === undefined || essence(statements.join(';')) === essence(sql) ? [] : [file]
  })

/** Without what is lost where a file is cut. */
const essence = (sql: string): string => sql.replaceAll(/[\s;]+/g, '')
