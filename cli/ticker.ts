import { toIso } from '../shared/domain/time.ts'
import type { Verdict } from '../shared/domain/verdicts.ts'
import { type Command, UsageError } from './command.ts'
import { counted } from './counted.ts'
import { parseArguments } from './parse-options.ts'
import type { Pipeline } from './pipeline.ts'
import { momentText } from './span-text.ts'
import { textTable } from './text-table.ts'
import { nextTryOf, standingOf, VERDICT_WORDS } from './verdict-texts.ts'
import { openFor, WORLD_HELP, WORLD_OPTIONS } from './world-options.ts'

const HELP = `Lists what is held against tickers, and takes it back.

kite ticker list [--json] [--data DIR | --stage NAME]
kite ticker lift TICKER... [--data DIR | --stage NAME]

  list            what Schwab refused, how often, and when it is asked again
  lift            forgets all of it for these tickers: they are asked for again within a minute, and so are their sessions that were
                  taken for closed days
  --json          for programs
${WORLD_HELP}
  unknown symbol    Schwab answers that there is no such symbol
  refused data      Schwab answers 401 for this ticker, and not for others
  refused request   Schwab takes the request for one session for wrong: probably a day on which the exchange was closed
  silence           in session no bar comes, for longer than is usual for this ticker

One answer decides nothing: see docs/verdicts.md. Exit code 0 when it is done.
`

/** `kite ticker` */
export const ticker: Command = {
  name: 'ticker',
  group: 'repair',
  summary: 'what is held against a ticker, and taking it back',
  help: HELP,
  run: async (args, deps) => {
    const { values, words } = parseArguments(args, { json: { type: 'boolean' }, ...WORLD_OPTIONS })
    const [action, ...tickers] = words
    if (action === 'list' && tickers.length === 0) {
      const pipeline = await openFor(values, deps)
      const verdicts = await (await pipeline.store()).verdicts(pipeline.config.tickers)
      await deps.print(values.json === true ? `${JSON.stringify(verdicts.map(asJson), undefined, 2)}\n` : listText(verdicts))
      return 0
    }
    if (action !== 'lift' || tickers.length === 0) throw new UsageError('write kite ticker list, or kite ticker lift TICKER')
    const pipeline = await openFor(values, deps)
    requireKnown(tickers, pipeline)
    const store = await pipeline.store()
    for (const name of tickers) {
      const lifted = await store.liftVerdicts(name)
      await deps.print(
        lifted === 0
          ? `${name}: nothing was held against it.\n`
          : `${name}: ${counted(lifted, 'verdict')} taken back. It is asked for again within a minute.\n`,
      )
    }
    return 0
  },
}

const requireKnown = (tickers: readonly string[], { config }: Pipeline): void => {
  const strange = tickers.find((name) => !config.tickers.includes(name))
  if (strange !== undefined) throw new UsageError(`${strange} is no ticker of pipeline.yml: they are ${config.tickers.join(', ')}`)
}

const listText = (verdicts: readonly Verdict[]): string => {
  if (verdicts.length === 0) return 'Nothing is held against any ticker.\n'
  const rows = verdicts.map((verdict) => [
    verdict.ticker,
    verdict.date ?? '-',
    VERDICT_WORDS[verdict.kind],
    String(verdict.count),
    verdict.firstAt > 0 ? momentText(verdict.firstAt) : 'always',
    verdict.kind === 'silence' ? '-' : momentText(verdict.lastAt),
    nextTryOf(verdict),
    standingOf(verdict),
  ])
  return textTable([['ticker', 'session', 'what', 'times', 'since', 'last', 'asked again', 'standing'], ...rows], 8)
}

const asJson = ({ kind, ticker: name, date, count, firstAt, lastAt, decidedAt, toldAt, endedAt }: Verdict) => ({
  ticker: name,
  date: date ?? null,
  kind,
  count,
  firstAt: toIso(firstAt),
  lastAt: toIso(lastAt),
  decidedAt: decidedAt === undefined ? null : toIso(decidedAt),
  toldAt: toldAt === undefined ? null : toIso(toldAt),
  endedAt: endedAt === undefined ? null : toIso(endedAt),
})
