import { marketCalendar, sessionAt, sessionsBetween } from '../../shared/domain/calendar.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { Migration } from '../migrate/migration.ts'
import type { Pipeline } from '../pipeline.ts'
import { momentText, spanText } from '../span-text.ts'
import { checkDatabase } from './check-database.ts'
import { failed, type Finding, measured, note, ok, notMeasured } from './finding.ts'

/** In session a candle is there within so long, and after the opening the first. */
const FRESH = 5 * MINUTE
/** No closed span is longer, but for those of a replay. */
const LOOK_BACK = 15 * 24 * HOUR

/** The database answers, holds the rows of today, and the newest candle is as new as the market allows. */
export const checkCandles = async (pipeline: Pipeline, migrations: readonly Migration[]): Promise<readonly Finding[]> => {
  const now = pipeline.clock()
  const calendar = marketCalendar(pipeline.config)
  const open = sessionAt(calendar, now)
  const database = await checkDatabase(pipeline, migrations)
  if (database.verdict !== 'ok')
    return [database, ...["today's rows", 'newest candle'].map((name) => notMeasured(name, 'the database does not answer'))]
  return [
    database,
    ...(await measured("today's rows", SCHEDULES, () => todaysRows(pipeline, open, now))),
    ...(await measured('newest candle', SCHEDULES, async () => {
      const newest = await (await pipeline.store()).newestCandle()
      const last = open ?? sessionsBetween(calendar, now - LOOK_BACK, now).at(-1)
      return newestCandle(newest, last, now)
    })),
  ]
}

const SCHEDULES = 'look at the lines of the token, the schedules and the queues: the first that fails is the cause; else at the logs'

const todaysRows = async ({ vitalSigns, config }: Pipeline, open: Session | undefined, now: number): Promise<Finding> => {
  const name = "today's rows"
  if (open === undefined) return note(name, 'the market is closed at the moment: none are due')
  const there = new Set(await (await vitalSigns()).tickersOn(open.date))
  const lacking = config.tickers.filter((ticker) => !there.has(ticker))
  const says = `${config.tickers.length - lacking.length} of ${config.tickers.length} tickers have candles of ${open.date}`
  if (lacking.length === 0) return ok(name, says)
  if (now < open.opensAt + FRESH) return note(name, `${says}; the session has just opened`)
  return failed(name, `${says}; none of ${lacking.slice(0, 10).join(', ')}${lacking.length > 10 ? ', …' : ''}`, SCHEDULES)
}

/** `newest`: its end. `last`: the session that is open, else the last that was. */
const newestCandle = (newest: number | undefined, last: Session | undefined, now: number): Finding => {
  const name = 'newest candle'
  if (last === undefined)
    return note(name, newest === undefined ? 'there is none, and there was no session lately' : `ended ${momentText(newest)}`)
  const due = Math.min(now, last.closesAt)
  if (now < last.opensAt + FRESH) return note(name, 'the session has just opened')
  if (newest === undefined) return failed(name, 'there is none at all', SCHEDULES)
  const says = `ended ${spanText(now - newest)} ago, ${momentText(newest)}`
  if (due - newest <= FRESH) return ok(name, now > last.closesAt ? `${says}: the last session is there to its end` : says)
  return failed(name, `${says}: ${spanText(due - newest)} of the session of ${last.date} are not there`, SCHEDULES)
}
