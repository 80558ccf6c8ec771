import type { Command, CommandDeps } from './command.ts'
import { counted } from './counted.ts'
import { pushBySupabaseCli } from './migrate/by-supabase-cli.ts'
import { type Connection, findConnection } from './migrate/connection.ts'
import { changedFiles } from './migrate/compare-applied.ts'
import { declaredFunctions, strayFunctions } from './migrate/declared-functions.ts'
import type { Migration, MigrationBook } from './migrate/migration.ts'
import { strayText, WHAT_TO_DO } from './migrate/stray-text.ts'
import { mayApply } from './migrate/may-apply.ts'
import { parseOptions } from './parse-options.ts'

const HELP = `Applies the migrations of supabase/migrations that a hosted project lacks, and says before what it will do.

kite migrate [--dry-run] [--yes] [--db-url URL] [--unverified]
kite migrate --with-cli [--dry-run] [--yes] [--db-url URL]

  --db-url URL    the connection string (dashboard of the project, Connect, Session pooler); better as SUPABASE_DB_URL, because others
                  can read the command line. Its password may stand in SUPABASE_DB_PASSWORD; else it is asked for, and not shown
  --dry-run       only say what is pending
  --yes           apply without asking
  --unverified    go on with a server whose certificate proves nothing: encrypted, but it may be anybody. It is told no password in clear
  --with-cli      let the Supabase CLI do it (supabase db push): to --db-url, else to the project that it is linked with, whose
                  password it takes from SUPABASE_DB_PASSWORD
  --data DIR      for a local stack there is nothing to do: npm start applies them by itself

Each migration is applied together with its record, as one, or not at all. The record is the one of the Supabase CLI,
supabase_migrations.schema_migrations, so either may be used at any time.

A server on another machine has to prove who it is before it gets the password, whatever sslmode says. Supabase signs its certificates
itself: download its root certificate (dashboard of the project, Settings, Database, SSL configuration, "Download certificate") and add
sslrootcert=FILE to the connection string. Without a file, the authorities count that Node knows. --with-cli takes a verified server alone;
for the linked project set PGSSLROOTCERT=FILE.

What was applied before is compared with the files, and a file that was changed since is named.

Exit code 0 when nothing is pending any more and the database is what the files make of it, or --dry-run was given; 1 when not.
`

const OPTIONS = {
  'db-url': { type: 'string' },
  'with-cli': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  unverified: { type: 'boolean' },
  data: { type: 'string' },
} as const

/** `kite migrate` */
export const migrate: Command = {
  name: 'migrate',
  group: 'install',
  summary: 'apply the migrations that the database lacks',
  help: HELP,
  run: async (args, deps) => {
    const options = parseOptions(args, OPTIONS)
    if (options.data !== undefined) {
      await deps.print('The local stack applies its migrations by itself: npm start does it. There is nothing to do.\n')
      return 0
    }
    const [dryRun, yes, url] = [options['dry-run'] === true, options.yes === true, options['db-url']]
    const trust = { unverified: options.unverified === true }
    if (options['with-cli'] === true) {
      const isLinked = url === undefined && !deps.env['SUPABASE_DB_URL']
      return pushBySupabaseCli({ connection: isLinked ? undefined : await findConnection(url, trust, deps), dryRun, yes }, deps)
    }
    return migrateOver(await findConnection(url, trust, deps), { dryRun, yes }, deps)
  },
}

const migrateOver = async (
  connection: Connection,
  { dryRun, yes }: { readonly dryRun: boolean; readonly yes: boolean },
  deps: CommandDeps,
): Promise<number> => {
  const book = await deps.openMigrationBook(connection)
  try {
    await deps.remark(`kite: the database ${connection.where}\n`)
    const [all, recorded] = [deps.migrations(), await book.applied()]
    const applied = new Set(recorded.map(({ version }) => version))
    const foreign = [...applied].filter((version) => !all.some((migration) => migration.version === version))
    if (foreign.length > 0)
      await deps.remark(
        `kite: it has ${counted(foreign.length, 'version')} that this checkout lacks, ${foreign.join(', ')}: another application's, or of a newer checkout; then update this one first\n`,
      )
    for (const file of changedFiles(all, recorded))
      await deps.remark(`kite: ${file} has another text here than was applied: a file that has landed never changes\n`)
    const pending = all.filter(({ version }) => !applied.has(version))
    if (pending.length === 0) {
      await deps.print(`Nothing is pending: the database has all ${counted(all.length, 'migration')}.\n`)
      return (await isAsDeclared(all, book, deps)) ? 0 : 1
    }
    await deps.print(
      `${counted(pending.length, 'migration')} to be applied, in this order:\n${pending.map(({ file }) => `  ${file}\n`).join('')}`,
    )
    if (dryRun) return 0
    if (!(await mayApply(yes, deps))) return 1
    for (const migration of pending) {
      const outcome = await book.apply(migration)
      await deps.print(`${outcome === 'applied' ? 'applied' : 'there already'}  ${migration.file}\n`)
    }
    if (!(await isAsDeclared(all, book, deps))) return 1
    await deps.print('The database is ready. What is left: npm run kite -- doctor\n')
    return 0
  } finally {
    await book.close()
  }
}

/** Whether the functions are those that the files make: a file that was changed after it was applied shows here. */
const isAsDeclared = async (all: readonly Migration[], book: MigrationBook, { remark }: CommandDeps): Promise<boolean> => {
  const stray = strayFunctions(declaredFunctions(all), await book.functions())
  if (stray.length > 0) await remark(`kite: the database is not what the files make of it: ${strayText(stray)}. ${WHAT_TO_DO}\n`)
  return stray.length === 0
}
