import { marketCalendar } from '../shared/domain/calendar.ts'
import { newYorkDate } from '../shared/domain/new-york.ts'
import { CLAIM } from '../shared/domain/plan-jobs.ts'
import { type Command, CommandFailed, UsageError } from './command.ts'
import { counted } from './counted.ts'
import { dateOf, parseOptions, tickersOf } from './parse-options.ts'
import { firstDateKept, HISTORY_DAYS, planBackfill } from './plan-backfill.ts'
import { openFor, WORLD_HELP, WORLD_OPTIONS } from './world-options.ts'

const HELP = `Asks for whole sessions again, whatever is stored of them. What Schwab has and the database has not is added, what differs is replaced.

kite backfill --ticker T --from DATE --to DATE [--force] [--data DIR | --stage NAME]

  --ticker T      one ticker
  --from, --to    session dates in New York, year-month-day, both included
  --force         also for a ticker that is not in pipeline.yml, and for days that Schwab has probably no candles of any more
${WORLD_HELP}
There is no need for it in ordinary life: what is missing is found and fetched by itself. It is for a doubt about what is stored.
Ten sessions are one request. They are taken within backfillPerMinute of pipeline.yml, behind the live ones.
Exit code 0 when every job is on the queue, 1 when one is not or when there is nothing to ask for.
`

/** `kite backfill` */
export const backfill: Command = {
  name: 'backfill',
  group: 'repair',
  summary: 'read sessions of a ticker again',
  help: HELP,
  run: async (args, deps) => {
    const options = parseOptions(args, {
      ticker: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      force: { type: 'boolean' },
      ...WORLD_OPTIONS,
    })
    const [ticker, ...more] = tickersOf(options.ticker === undefined ? undefined : [options.ticker]) ?? []
    if (ticker === undefined || more.length > 0) throw new UsageError('write one ticker, as --ticker QQQ')
    const [from, to] = [dateOf('--from', options.from), dateOf('--to', options.to)]
    if (from > to) throw new UsageError(`--from ${from} is later than --to ${to}`)

    const pipeline = await openFor(options, deps)
    const { config } = pipeline
    const now = pipeline.clock()
    if (to > newYorkDate(now)) throw new CommandFailed(`${to} is in the future: today is ${newYorkDate(now)} in New York`)
    const oldest = firstDateKept(now)
    if (options.force !== true && from < oldest)
      throw new CommandFailed(
        `Schwab keeps minute candles for ${HISTORY_DAYS} days, back to ${oldest}: give a later --from, or --force to try`,
      )
    if (options.force !== true && !config.tickers.includes(ticker))
      throw new CommandFailed(`${ticker} is not in pipeline.yml: add it there and it is filled by itself, or give --force for this once`)

    const plan = planBackfill({ ticker, from, to, calendar: marketCalendar(config), now, traceId: `kite-backfill-${now}` })
    for (const date of plan.tooEarly)
      await deps.remark(`kite: ${date} is left out: it is followed live until half an hour after its close\n`)
    if (plan.jobs.length === 0) throw new CommandFailed(`there is no closed session from ${from} to ${to}: nothing to ask for`)

    const store = await pipeline.store()
    const jobs = await pipeline.jobs()
    const claims = plan.sessions.map((session) => ({ ticker, session }))
    await store.claimSessions(claims, now + CLAIM)
    const failures = await jobs.send(plan.jobs)
    if (failures.length > 0) {
      const reasons = [...new Set(failures.map(({ reason }) => reason))].join(', ')
      throw new CommandFailed(`${failures.length} of ${plan.jobs.length} jobs were not taken by the queue (${reasons}): run the same again`)
    }
    await deps.print(
      `${counted(plan.jobs.length, 'request')} for ${counted(plan.sessions.length, 'session')} of ${ticker}, behind the live ones\n`,
    )
    const [deadVersion, current] = [(await store.tokenState()).deadVersion, (await pipeline.secret.current()).versionId]
    if (deadVersion === current) await deps.remark('kite: the token is dead: they wait in auth-dlq until somebody logs in (kite reauth)\n')
    await deps.print(`Watch: kite status --ticker ${ticker}, and kite dlq if nothing comes\n`)
    return 0
  },
}
