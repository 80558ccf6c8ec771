import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { generatedMarket } from '../local/schwab/generated-market.ts'
import { marketCalendar } from '../shared/domain/calendar.ts'
import type { Candle } from '../shared/domain/candle.ts'
import { newYorkDate, newYorkTime } from '../shared/domain/new-york.ts'
import { exportAll, exportMistake, lastLine, readCandleFile, runNode, startArgs, writeCandleFile, type Ended } from './replay.ts'

const SCRIPTS = resolve(import.meta.dirname, 'scripts')
const calendar = marketCalendar()

const Count = z.number()
const Summary = z.looseObject({
  missing: Count,
  sessions: Count,
  requests: Count,
  outages: Count,
  reauthRequired: Count,
  reminders: Count,
  warnings: Count,
  parked: Count,
  deadLettered: Count,
  folded: Count,
  redriven: Count,
  sentNotDeleted: Count,
  refreshes: Count,
  callsWhileDead: Count,
  feedRestored: Count,
  secretVersions: Count,
  setAside: Count,
  unreadable: Count,
  suspect: Count,
  splits: Count,
  maxLagMinutes: Count,
})
type Summary = z.infer<typeof Summary>

type Expectation = {
  /** Which days are played. */
  readonly dates: readonly string[]
  readonly tickers: readonly string[]
  readonly outages: number
  /** What else has to hold; the complaint, or undefined. */
  readonly also?: (summary: Summary) => string | undefined
  /** It makes at most twice the calls of a run without faults. */
  readonly twiceTheCalls?: boolean
  /** How often the stack kills itself. */
  readonly kills?: number
  /** Nobody repairs the token. */
  readonly staysBroken?: boolean
  /** Only the first so many bars of a day, for very many tickers. */
  readonly bars?: number
  /** A day that the calendar takes for open and that nobody has a bar of. */
  readonly closed?: string
  /** Further lines of pipeline.yml. */
  readonly settings?: Readonly<Record<string, number>>
  /** What a bar of the market is made into before it is played. */
  readonly traded?: (bar: Candle, ticker: string) => Candle
  /** What is stored in the end of a bar that was played; undefined: nothing. Without it the bar itself. */
  readonly stored?: (bar: Candle, ticker: string) => Candle | undefined
}

/** One every 25 minutes for two days and a half. */
const REFRESHES_IN_A_RUN = 132
const divided = ({ at, open, high, low, close, volume }: Candle, ratio: number): Candle => ({
  at,
  open: open / ratio,
  high: high / ratio,
  low: low / ratio,
  close: close / ratio,
  volume: volume * ratio,
})

const isAfterSplit = ({ at }: Candle, ticker: string): boolean => ticker === 'QQQ' && newYorkDate(at) >= '2019-02-13'

/** One of QQQ on 13 February: what is stored of the days before is brought to its basis. */
const split = (ratio: number): Expectation => ({
  dates: ['2019-02-12', '2019-02-13'],
  tickers: ['QQQ', 'PPLT'],
  outages: 0,
  stored: (bar, ticker) => (ticker !== 'QQQ' || isAfterSplit(bar, ticker) ? bar : divided(bar, ratio)),
  also: ({ splits, maxLagMinutes }) => complain(splits === 1 && maxLagMinutes <= 3, 'the split was not noticed, or more than one'),
})

const ONE_DAY = { dates: ['2019-02-12'], tickers: ['QQQ', 'PPLT'] } as const
const complain = (fine: boolean, text: string): string | undefined => (fine ? undefined : text)

export const EXPECTED: Readonly<Record<string, Expectation>> = {
  'dies-mid-session': {
    ...ONE_DAY,
    outages: 1,
    also: ({ parked, redriven, reminders }) =>
      complain(parked > 0 && redriven === parked && reminders === 1, 'what was parked was not redriven, or the reminder is missing'),
  },
  'dies-friday-back-wednesday': {
    dates: ['2013-10-04', '2013-10-07', '2013-10-08', '2013-10-09'],
    tickers: ['SPY'],
    outages: 1,
    also: ({ reminders }) => complain(reminders === 4, 'one reminder after an hour and one before each of three opens'),
  },
  'refreshes-but-no-data': { ...ONE_DAY, outages: 1 },
  'token-endpoint-down': { ...ONE_DAY, outages: 0 },
  'put-by-hand': { ...ONE_DAY, outages: 1 },
  'client-credentials-by-hand': { ...ONE_DAY, outages: 1 },
  'rotation-and-a-crash': { ...ONE_DAY, outages: 0 },
  'dies-again-during-backfill': { ...ONE_DAY, outages: 2 },
  'parked-jobs-purged': { ...ONE_DAY, outages: 1, also: ({ redriven }) => complain(redriven === 0, 'there was nothing to redrive') },
  'redriven-twice-at-once': {
    ...ONE_DAY,
    outages: 1,
    also: ({ parked, redriven }) => complain(redriven === parked, 'each parked job is redriven once'),
  },
  'redriver-crashes-after-send': {
    ...ONE_DAY,
    outages: 1,
    also: ({ parked, redriven }) =>
      complain(parked > 0 && redriven === parked, 'what the dead redriver had sent was not deleted by the next'),
  },
  'twenty-fetchers-at-expiry': {
    dates: ['2019-02-12'],
    tickers: Array.from(
      { length: 200 },
      (_, index) =>
        `T${String(index)
          .padStart(3, '0')
          .replaceAll(/\d/g, (d) => 'ABCDEFGHIJ'[Number(d)] ?? '')}`,
    ),
    bars: 25,
    settings: { requestsPerMinute: 600, concurrency: 20 },
    outages: 0,
    // Every 25 minutes for two days and a morning, and once more for all who met the end together.
    also: ({ refreshes }) => complain(refreshes <= 127, `${refreshes} refreshes`),
  },
  'events-down': { ...ONE_DAY, outages: 1 },
  'supabase-down': { ...ONE_DAY, outages: 0 },
  'data-endpoint-empty': { ...ONE_DAY, outages: 0 },
  'early-reauthorization': {
    ...ONE_DAY,
    outages: 0,
    also: ({ parked, redriven }) => complain(parked === 0 && redriven === 0, 'nothing stops when somebody logs in early'),
  },
  'late-and-restated-bars': { ...ONE_DAY, outages: 0 },
  'stack-killed-in-an-outage': { ...ONE_DAY, outages: 1, kills: 2 },
  'one-ticker-401': {
    ...ONE_DAY,
    outages: 0,
    // A run without faults makes one refresh every 25 minutes.
    also: ({ refreshes, secretVersions }) =>
      complain(refreshes <= REFRESHES_IN_A_RUN + 12 && secretVersions < 70, `${refreshes} refreshes, ${secretVersions} versions in a day`),
  },
  'unknown-for-a-minute': { ...ONE_DAY, outages: 0, also: ({ setAside }) => complain(setAside === 0, `${setAside} tickers are set aside`) },
  'unknown-for-20-minutes': {
    ...ONE_DAY,
    outages: 0,
    also: ({ setAside }) => complain(setAside === 0, `${setAside} tickers are set aside`),
  },
  'closed-day-400': {
    dates: ['2019-02-12', '2019-02-13', '2019-02-14'],
    closed: '2019-02-13',
    tickers: ['AAPL', 'MSFT', 'PPLT', 'QQQ', 'SPY'],
    outages: 0,
  },
  'secret-full': { ...ONE_DAY, outages: 0 },
  'stale-until-evening': {
    ...ONE_DAY,
    outages: 0,
    also: ({ missing, suspect, maxLagMinutes }) =>
      complain(missing === 0 && suspect === 0 && maxLagMinutes > 100, 'what came late is not stored, or nothing was late'),
  },
  'stale-until-next-morning': {
    ...ONE_DAY,
    outages: 0,
    also: ({ missing, suspect }) => complain(missing === 0 && suspect === 0, 'what came the next morning is not stored'),
  },
  'unreadable-minute': {
    ...ONE_DAY,
    outages: 0,
    stored: (bar) => (newYorkTime(bar.at) === '10:42' ? undefined : bar),
    also: ({ missing, unreadable, sessions }) =>
      complain(missing === 0 && unreadable > 0 && unreadable <= sessions, 'the minute is lost in silence'),
  },
  'cut-after-login': { ...ONE_DAY, outages: 1, also: ({ missing }) => complain(missing === 0, 'what was cut off is not stored') },
  'outage-beyond-horizon': {
    dates: ['2013-10-04', '2013-10-07', '2013-10-08', '2013-10-09'],
    tickers: ['SPY'],
    outages: 1,
    settings: { horizonDays: 2 },
    also: ({ missing }) => complain(missing === 0, 'what is older than the horizon was not fetched'),
  },
  'split-4-for-1': { ...split(4), traded: (bar, ticker) => (isAfterSplit(bar, ticker) ? divided(bar, 4) : bar) },
  'split-3-for-2': { ...split(1.5), traded: (bar, ticker) => (isAfterSplit(bar, ticker) ? divided(bar, 1.5) : bar) },
  'split-1-for-10': { ...split(0.1), dates: ['2019-02-12', '2019-02-13', '2019-02-14'] },
  'retry-after-one-second': {
    ...ONE_DAY,
    outages: 0,
    also: ({ deadLettered }) => complain(deadLettered === 0, 'dead letters'),
    twiceTheCalls: true,
  },
  'refresh-at-the-deadline': { ...ONE_DAY, outages: 0, also: ({ deadLettered }) => complain(deadLettered === 0, 'dead letters') },
  'statement-timeouts': { ...ONE_DAY, outages: 1, also: ({ deadLettered }) => complain(deadLettered === 0, 'dead letters') },
  'never-repaired': { ...ONE_DAY, outages: 1, staysBroken: true },
}

/** The longest first, so that nothing waits for it at the end. */
export const scriptNames = (): readonly string[] =>
  readdirSync(SCRIPTS)
    .map((name) => name.replace(/\.yml$/, ''))
    .toSorted((a, b) => (EXPECTED[b]?.bars ?? 0) - (EXPECTED[a]?.bars ?? 0))

/** A half day, on which the scripts of one day fit as well. */
const HALF_DAY = '2018-12-24'

/**
 * Plays one script and compares the export with that of a run without faults: the files' own bars and an independent computation.
 * @param more further options of `npm start`
 * @param recorded a folder of recorded candles; without it a half day of one ticker is generated
 * @returns the mistake, or undefined, and the run's summary
 */
export const playScript = async (
  name: string,
  recorded: string | undefined,
  more: readonly string[] = [],
): Promise<{ readonly mistake: string | undefined; readonly summary: unknown }> => {
  const full = EXPECTED[name]
  if (full === undefined) return { mistake: 'the script has no expectation', summary: undefined }
  // Very many tickers take long enough on half a day.
  const isShort = full.dates.length === 1 && (recorded === undefined || full.bars !== undefined)
  const expected = isShort ? { ...full, dates: [HALF_DAY], ...(full.bars === undefined && { tickers: ['QQQ'] }) } : full
  const dir = mkdtempSync(join(tmpdir(), `alpha-kite-${name}-`))
  try {
    const candles = join(dir, 'candles')
    fillCandles(candles, expected, recorded)
    const wanted = join(dir, 'wanted')
    fillWanted(wanted, candles, expected)
    const text = readFileSync(join(SCRIPTS, `${name}.yml`), 'utf8')
    const script = join(dir, `${name}.yml`)
    writeFileSync(script, isShort ? text.replaceAll(full.dates[0] ?? '', HALF_DAY) : text)
    const ended = await play(script, join(dir, 'data'), candles, expected, pipelineFile(dir, expected), more)
    const parsed = /^\{.*\}$/.test(ended.stdout.trimEnd().split('\n').at(-1) ?? '') ? Summary.safeParse(lastLine(ended)) : undefined
    const most = expected.twiceTheCalls === true ? 2 * (await callsWithout(dir, candles, expected)) : Infinity
    const mistake =
      parsed?.success === true
        ? ((await mistakeOf(ended, parsed.data, expected, join(dir, 'data'), wanted)) ??
          complain(parsed.data.requests <= most, `${parsed.data.requests} calls, and ${most / 2} without faults`))
        : undefined
    return {
      mistake: parsed?.success === true ? mistake : `exit ${ended.code}: ${ended.stderr}${ended.stdout.slice(-1500)}`,
      summary: parsed?.data,
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const callsWithout = async (dir: string, candles: string, expected: Expectation): Promise<number> => {
  const script = join(dir, 'nothing.yml')
  writeFileSync(script, '[]\n')
  return Summary.parse(lastLine(await play(script, join(dir, 'without'), candles, expected, pipelineFile(dir, expected)))).requests
}

const mistakeOf = async (
  ended: Ended,
  summary: Summary,
  expected: Expectation,
  data: string,
  candles: string,
): Promise<string | undefined> => {
  if (expected.staysBroken === true) {
    return complain(ended.code === 1 && summary.missing > 0 && /missing|outage/i.test(ended.stderr), `exit ${ended.code}: ${ended.stderr}`)
  }
  if (ended.code !== 0) return `exit ${ended.code}: ${ended.stderr} ${JSON.stringify(summary)}`
  const { outages, reauthRequired, callsWhileDead, sentNotDeleted, feedRestored } = summary
  if (outages !== expected.outages) return `${outages} outages instead of ${expected.outages}`
  if (reauthRequired !== outages) return `${reauthRequired} announcements of ${outages} outages`
  if (feedRestored !== outages) return `${feedRestored} ends of ${outages} outages`
  if (callsWhileDead !== 0) return `${callsWhileDead} calls while the token was dead`
  if (sentNotDeleted !== 0) return `${sentNotDeleted} parked jobs sent and not deleted`
  return expected.also?.(summary) ?? exportMistake(await exportAll(data), candles, isRegular)
}

const play = async (
  script: string,
  data: string,
  candles: string,
  { kills = 0 }: Expectation,
  pipeline: string | undefined,
  more: readonly string[] = [],
): Promise<Ended> => {
  const args = startArgs(data, '--candles', candles, '--script', script, '--once', '--speed', 'max', ...more)
  const env = pipeline === undefined ? {} : { PIPELINE_FILE: pipeline }
  for (let kill = 1; kill <= kills; kill++) {
    const ended = await runNode(args, { env })
    if (ended.code !== null) return { ...ended, code: 3, stderr: `kill ${kill} did not happen: ${ended.stderr}` }
  }
  return runNode(args, { env })
}

const isRegular = ({ at }: Candle): boolean => {
  const session = calendar.sessionOn(newYorkDate(at))
  return session !== undefined && at >= session.opensAt && at < session.closesAt
}

const fillCandles = (
  dir: string,
  { dates, tickers, bars, closed, traded = (bar) => bar }: Expectation,
  recorded: string | undefined,
): void => {
  mkdirSync(dir, { recursive: true })
  const market = generatedMarket({ seed: 11, tickers, calendar })
  for (const ticker of tickers) {
    for (const date of dates) {
      const { opensAt = 0, closesAt = 0 } = calendar.sessionOn(date) ?? {}
      const played =
        date === closed
          ? []
          : recorded !== undefined && bars === undefined
            ? readCandleFile(join(recorded, `${ticker}_${date}_1min.json`))
            : market.bars(ticker, opensAt, closesAt).slice(0, bars)
      writeCandleFile(
        dir,
        ticker,
        date,
        played.map((bar) => traded(bar, ticker)),
      )
    }
  }
}

/** What the export is compared with. */
const fillWanted = (dir: string, candles: string, { dates, tickers, stored = (bar) => bar }: Expectation): void => {
  for (const ticker of tickers) {
    for (const date of dates) {
      const bars = readCandleFile(join(candles, `${ticker}_${date}_1min.json`))
      writeCandleFile(
        dir,
        ticker,
        date,
        bars.flatMap((bar) => stored(bar, ticker) ?? []),
      )
    }
  }
}

const pipelineFile = (dir: string, { settings, tickers }: Expectation): string | undefined => {
  if (settings === undefined) return undefined
  const path = join(dir, 'pipeline.yml')
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${value}`)
  writeFileSync(path, ['tickers:', `  - ${tickers[0]}`, ...lines, ''].join('\n'))
  return path
}
