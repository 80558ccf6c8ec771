import { marketCalendar } from '../shared/domain/calendar.ts'
import type { Command } from './command.ts'
import { countOf, parseOptions, tickersOf } from './parse-options.ts'
import { statusJson, statusTable } from './status-text.ts'
import { tickerStatus, type TickerStatus } from './ticker-status.ts'

const HELP = `Says for each ticker and session what is there and what is not.

kite status [--ticker T]... [--days N] [--json] [--data DIR]

  --ticker T   may be repeated, or written with commas: QQQ,SPY (default: the tickers of pipeline.yml)
  --days N     how many days back (default: horizonDays of pipeline.yml)
  --json       for programs; times in UTC
  --data DIR   the state of a local stack (default .kite)

  expected   minutes of the session that have ended
  stored     those that have a candle
  no trade   without a candle in a complete session: nobody traded
  pending    without a candle while the session is open, or within an hour after its close: they may still come
  missing    without a candle in a session that closed more than an hour ago and is not complete
  complete   proven by an audit: a full read after the close that changed nothing
  fresh      in session, how long ago the newest candle ended

Below it stands what is held against a ticker: unknown to Schwab, refused, silent, or a session that was taken for closed; kite ticker
tells more.

In a local stack the time is the simulated one.
`

/** `kite status` */
export const status: Command = {
  name: 'status',
  group: 'see',
  summary: 'what is stored, pending and missing, by ticker and session',
  help: HELP,
  run: async (args, deps) => {
    const options = parseOptions(args, {
      ticker: { type: 'string', multiple: true },
      days: { type: 'string' },
      json: { type: 'boolean' },
      data: { type: 'string' },
    })
    const asked = tickersOf(options.ticker)
    const days = countOf('--days', options.days, 10_000)
    const config = deps.loadConfig(options.data)
    const database = await deps.openDatabase(options.data)
    try {
      const now = database.clock()
      const question = {
        now,
        calendar: marketCalendar(config),
        horizonDays: config.horizonDays,
        days: days ?? config.horizonDays,
        reader: database.reader,
      }
      const report = await inTurns(asked ?? config.tickers, (ticker) => tickerStatus(ticker, question))
      const held = await database.reader.held(asked ?? config.tickers)
      await deps.print(options.json === true ? statusJson(now, report, held) : statusTable(now, report, held))
      return 0
    } finally {
      await database.close()
    }
  },
}

const AT_ONCE = 8

const inTurns = async (tickers: readonly string[], read: (ticker: string) => Promise<TickerStatus>): Promise<readonly TickerStatus[]> => {
  const report: TickerStatus[] = []
  for (let start = 0; start < tickers.length; start += AT_ONCE)
    report.push(...(await Promise.all(tickers.slice(start, start + AT_ONCE).map(read))))
  return report
}
