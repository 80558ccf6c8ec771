import { randomUUID } from 'node:crypto'
import { redriveParked, type RedriveResult } from '../functions/redriver/redrive-parked.ts'
import { marketCalendar } from '../shared/domain/calendar.ts'
import type { Command } from './command.ts'
import { counted } from './counted.ts'
import { parseOptions } from './parse-options.ts'
import { silent } from './silent.ts'
import { textTable } from './text-table.ts'
import { openFor, WORLD_HELP, WORLD_OPTIONS } from './world-options.ts'

const HELP = `Sends the jobs that wait for a login back to work, folded into few windows. It happens by itself after a login and every five minutes.

kite redrive [--dry-run] [--json] [--data DIR | --stage NAME]

  --dry-run       only counts: what is received appears again after half a minute
  --json          for programs
${WORLD_HELP}
  received        parked jobs that were read
  folded          windows that they came to: one for each ticker and ten sessions
  sent            of those, taken by the queue of jobs
  deleted         parked jobs that are gone
  sentNotDeleted  sent, but SQS did not delete them: they will be sent again, which reads the same candles once more and does no harm

Exit code 0 when what was found is sent, 1 when a part of it is not, or when the token is dead and nothing was done.
`

/** So long a message of a dry run stays hidden: the whole queue has to be read before the first appears again. */
const DRY_RUN_SECONDS = 30
const HIDDEN_SECONDS = 120

/** `kite redrive` */
export const redrive: Command = {
  name: 'redrive',
  group: 'repair',
  summary: 'send parked jobs back to work',
  help: HELP,
  run: async (args, deps) => {
    const options = parseOptions(args, { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' }, ...WORLD_OPTIONS })
    const dryRun = options['dry-run'] === true
    const pipeline = await openFor(options, deps)
    const [store, jobs, parked] = [
      await pipeline.store(),
      await pipeline.jobs(),
      await pipeline.parked(dryRun ? DRY_RUN_SECONDS : HIDDEN_SECONDS),
    ]
    const result = await redriveParked(
      {
        clock: pipeline.clock,
        calendar: marketCalendar(pipeline.config),
        config: pipeline.config,
        tokens: store,
        leases: store,
        parked,
        jobs,
        putBack: jobs.putBack,
        book: store,
        events: pipeline.events,
        newId: randomUUID,
        remainingMs: () => Infinity,
        log: silent,
      },
      { dryRun },
    )
    await deps.print(options.json === true ? `${JSON.stringify(result, undefined, 2)}\n` : table(result))
    await deps.remark(`kite: ${endMessage(result, dryRun)}\n`)
    return isDone(result, dryRun) ? 0 : 1
  },
}

const table = ({ received, folded, sent, deleted, sentNotDeleted, unrecoverable }: RedriveResult): string =>
  textTable(
    [
      ...Object.entries({ received, folded, sent, deleted, sentNotDeleted }).map(([name, count]) => [name, String(count)]),
      ['unrecoverable', unrecoverable.map(({ ticker, date }) => `${ticker} ${date}`).join(', ') || '0'],
    ],
    2,
  )

const isDone = ({ skipped, received, folded, sent, left }: RedriveResult, dryRun: boolean): boolean =>
  skipped === undefined && (dryRun || (sent === folded && (received > 0 || left === 0)))

/** What is true at the end, in one sentence. */
export const endMessage = (result: RedriveResult, dryRun: boolean): string => {
  const { skipped, received, folded, sent, sentNotDeleted, left, unrecoverable } = result
  if (skipped === 'token_dead') return 'nothing was sent: the token is dead, and the jobs would only come back. Log in first: kite reauth'
  if (skipped === 'leased') return 'nothing was sent: somebody else is at it this very moment. Look again in a minute'
  if (received === 0) return left === 0 ? 'nothing is parked' : `SQS showed none of about ${left} parked jobs: run it again in a minute`
  const gone =
    unrecoverable.length === 0 ? '' : `; ${counted(unrecoverable.length, 'session')} older than 90 days, which Schwab has no more`
  if (dryRun) return `would send ${received} parked jobs as ${counted(folded, 'window')}${gone}. They appear again within half a minute`
  const refused =
    sent === folded ? '' : `; ${counted(folded - sent, 'window')} not taken by the queue, and their jobs stay parked: run it again`
  const twice = sentNotDeleted === 0 ? '' : `; ${sentNotDeleted} were sent but not deleted: they will be seen twice, harmless`
  return `sent ${received} parked jobs as ${counted(sent, 'window')}${refused}${twice}${gone}`
}
