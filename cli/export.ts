import { addDays, newYorkDate, newYorkInstant, newYorkTime } from '../shared/domain/new-york.ts'
import type { Window } from '../shared/domain/session.ts'
import { type Command, type CommandDeps, CommandFailed, UsageError } from './command.ts'
import { COLUMNS, csvLine, exportRow } from './export-columns.ts'
import { dateOf, parseOptions, tickersOf } from './parse-options.ts'
import type { Reader } from './reader.ts'

const HELP = `Writes the stored candles and their indicators to standard output.

kite export --from DATE --to DATE [--ticker T]... [--format csv|json] [--data DIR]

  --from, --to   session dates in New York, year-month-day, both included
  --ticker T     may be repeated, or written with commas: QQQ,SPY (default: every ticker that is stored)
  --format       csv (default) or json, one array
  --data DIR     the state of a local stack (default .kite)

Columns: ${COLUMNS.join(',')}
timestamp is the open of the bar in UTC, as 2026-01-02T14:30:00Z. Numbers are written so that the very same double is read back.
An indicator that has no value yet is empty in csv and null in json. Rows are sorted by ticker, in the order given, then by time.
Exit code 1, and nothing written, when there is no candle in that span.
`

/** `kite export` */
export const exportCandles: Command = {
  name: 'export',
  group: 'see',
  summary: 'candles and indicators as csv or json',
  help: HELP,
  run: async (args, deps) => {
    const options = parseOptions(args, {
      ticker: { type: 'string', multiple: true },
      from: { type: 'string' },
      to: { type: 'string' },
      format: { type: 'string', default: 'csv' },
      data: { type: 'string' },
    })
    const tickers = tickersOf(options.ticker)
    const [from, to] = [dateOf('--from', options.from), dateOf('--to', options.to)]
    if (from > to) throw new UsageError(`--from ${from} is later than --to ${to}`)
    const format = FORMATS[options.format]
    if (format === undefined) throw new UsageError(`--format ${options.format}: write csv or json`)
    const window = { from: newYorkInstant(from, '00:00'), to: newYorkInstant(addDays(to, 1), '00:00') }
    const database = await deps.openDatabase(options.data)
    try {
      const wanted = tickers ?? (await database.reader.tickers())
      const count = await write(wanted, window, format, database.reader, deps)
      if (count === 0) throw new CommandFailed(`there are no candles of ${wanted.join(', ') || 'any ticker'} from ${from} to ${to}`)
      return 0
    } finally {
      await database.close()
    }
  },
}

/** How rows become text: what stands before the first, between two and after the last. */
type Format = {
  readonly head: string
  readonly between: string
  readonly tail: string
  readonly row: (row: ReturnType<typeof exportRow>) => string
}

const FORMATS: Readonly<Record<string, Format>> = {
  csv: { head: `${COLUMNS.join(',')}\n`, between: '\n', tail: '\n', row: csvLine },
  json: { head: '[\n', between: ',\n', tail: '\n]\n', row: (row) => JSON.stringify(row) },
}

/** Says on standard error which minutes of the span are not there though somebody traded, and which sessions are not proven. */
const remarkDoubts = async (ticker: string, { from, to }: Window, reader: Reader, remark: CommandDeps['remark']): Promise<void> => {
  const sessions = (await reader.coverage(ticker, newYorkDate(from))).filter(({ opensAt }) => opensAt < to)
  for (const { date, unreadable, suspect, completedAt } of sessions) {
    const minutes = unreadable.map(newYorkTime).join(', ')
    if (unreadable.length > 0) await remark(`kite: ${ticker} ${date}: the numbers of ${minutes} cannot be read, at Schwab either\n`)
    if (suspect && completedAt === undefined)
      await remark(`kite: ${ticker} ${date}: has an unusual hole, or nothing, and is not proven complete yet\n`)
  }
}

/** @returns how many rows were written */
const write = async (
  tickers: readonly string[],
  window: Window,
  format: Format,
  reader: Reader,
  { print, remark }: CommandDeps,
): Promise<number> => {
  let count = 0
  for (const ticker of tickers) {
    const before = count
    for await (const page of reader.bars(ticker, window)) {
      const text = page.map((bar) => format.row(exportRow(ticker, bar))).join(format.between)
      await print(`${count === 0 ? format.head : format.between}${text}`)
      count += page.length
    }
    if (count === before && tickers.length > 1) await remark(`kite: no candles of ${ticker} in that span\n`)
    await remarkDoubts(ticker, window, reader, remark)
  }
  if (count > 0) await print(format.tail)
  return count
}
