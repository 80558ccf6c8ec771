import { createHash } from 'node:crypto'
import { sessionsBetween, marketCalendar, previousSession, type Calendar } from '../shared/domain/calendar.ts'
import type { PipelineConfig } from '../shared/domain/pipeline-config.ts'
import type { Session } from '../shared/domain/session.ts'
import { MINUTE } from '../shared/domain/time.ts'
import { writeRunConfig } from './config-file.ts'
import type { StartOptions } from './options.ts'
import type { BarSource } from './schwab/bar-source.ts'
import { candleFiles } from './schwab/candle-files.ts'
import { generatedMarket } from './schwab/generated-market.ts'
import { seededRandom } from './schwab/seeded-random.ts'
import { spansOf, type Span } from './spans.ts'

/** What is traded in a run, and when. */
export type Market = {
  readonly description: string
  readonly bars: BarSource
  readonly calendar: Calendar
  /** Where a new run starts, epoch milliseconds. */
  readonly startsAt: number
  /** The parts of a replay; none with the generated market, which goes on for ever. */
  readonly spans: readonly Span[]
  readonly notices: readonly string[]
  readonly random: () => number
  readonly tickers: (span: number) => readonly string[]
  /** Writes the configuration that the functions run with. @returns its path */
  readonly pipelineFile: (dir: string, tickers: readonly string[]) => string
  readonly played: () => readonly { readonly session: Session; readonly tickers: readonly string[] }[]
}

export const chooseMarket = (options: StartOptions, config: PipelineConfig, realNow: number): Market =>
  options.candles === undefined ? generated(options, config, realNow) : recorded(options.candles, options, config)

/** What can be added to a generated market besides the tickers of the configuration. */
const ALSO_LISTED = ['AAPL', 'AMD', 'AMZN', 'DIA', 'GOOGL', 'IWM', 'META', 'MSFT', 'NFLX', 'NVDA', 'QQQ', 'SPY', 'TSLA']

const generated = ({ seed }: StartOptions, config: PipelineConfig, realNow: number): Market => {
  const calendar = marketCalendar(config)
  return {
    description: `a generated market, seed ${seed}`,
    bars: generatedMarket({ seed, tickers: [...new Set([...config.tickers, ...ALSO_LISTED])], calendar }),
    calendar,
    // Just before an open, so that the first candles come at once.
    startsAt: (previousSession(calendar, realNow)?.opensAt ?? realNow) - MINUTE,
    spans: [],
    notices: [],
    random: seededRandom(seed),
    tickers: () => config.tickers,
    pipelineFile: (dir, tickers) => writeRunConfig(dir, config, { tickers }),
    played: () => [],
  }
}

const recorded = (dir: string, { seed }: StartOptions, config: PipelineConfig): Market => {
  const files = candleFiles(dir)
  if (files.dates.length === 0) throw new Error(`${dir} has no candle files: they are named TICKER_YYYY-MM-DD_1min.json`)
  const calendar = marketCalendar({ onlySessions: files.dates })
  const spans = spansOf(
    files.dates.flatMap((date) => {
      const session = calendar.sessionOn(date)
      const tickers = files.tickers.filter((ticker) => files.datesOf(ticker).includes(date))
      return session === undefined ? [] : { ...session, tickers }
    }),
  )
  const tickers = (span: number): readonly string[] => spans[span]?.tickers ?? files.tickers
  return {
    description: `recorded candles of ${files.dates.length} days, ${files.dates[0]} to ${files.dates.at(-1)}, fingerprint ${fingerprint(files)}`,
    bars: files,
    calendar,
    startsAt: spans[0]?.startsAt ?? 0,
    spans,
    notices: files.notices,
    random: seededRandom(seed),
    tickers,
    pipelineFile: (state, played) => writeRunConfig(state, config, { tickers: played, dates: files.dates }),
    played: () => spans.flatMap((span) => span.sessions.map((session) => ({ session, tickers: span.tickers }))),
  }
}

/** Tells one folder of candles from another, down to the last price. */
const fingerprint = (files: BarSource): string => {
  const hash = createHash('sha256')
  for (const ticker of files.tickers) hash.update(ticker).update(JSON.stringify(files.bars(ticker, 0, Infinity)))
  return hash.digest('hex').slice(0, 12)
}

/** The session of the day of `now`, for people who look. */
export const sessionToday = (calendar: Calendar, now: number): Session | undefined =>
  sessionsBetween(calendar, now - 12 * 60 * MINUTE, now).at(-1)
