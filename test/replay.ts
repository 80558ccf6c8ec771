import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { PATIENCE_MS } from '../local/patience.ts'
import { guarded } from '../local/process/guarded.ts'
import type { Candle } from '../shared/domain/candle.ts'
import type { IndicatorRow } from '../shared/domain/indicators.ts'
import { firstDisagreement, oracleIndicators } from './indicator-oracle.ts'

const ROOT = resolve(import.meta.dirname, '..')
const NODE = ['--disable-warning=ExperimentalWarning']

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** A run of several days, on a machine ten times as slow as two quiet cores. */
const RUN_PATIENCE_MS = 6 * PATIENCE_MS

/**
 * Runs a program of the project, which ends with this process. `killWhen`: SIGKILL as soon as this is true, as a power cut would.
 * @throws when it hangs
 */
export const runNode = async (
  args: readonly string[],
  options: { readonly killWhen?: () => boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> => {
  const child = guarded(spawn(process.execPath, [...NODE, ...args], { cwd: ROOT, env: { ...process.env, CI: '', ...options.env } }))
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  let isHanging = false
  const limit = setTimeout(() => {
    isHanging = true
    child.kill('SIGKILL')
  }, RUN_PATIENCE_MS)
  const ended = once(child, 'close')
  while (options.killWhen !== undefined && child.exitCode === null && child.signalCode === null && !child.killed)
    if (options.killWhen()) child.kill('SIGKILL')
    else await pause(50)
  const [code] = await ended
  clearTimeout(limit)
  if (isHanging)
    throw new Error(`${args.join(' ')} did not end within ${RUN_PATIENCE_MS / 1000} seconds: ${output.stderr}${output.stdout.slice(-1500)}`)
  return { code, ...output }
}

/** How often candles were stored in the run on this directory so far. */
export const storedSoFar = (data: string): number => {
  const log = join(data, 'functions.log')
  return existsSync(log) ? readFileSync(log, 'utf8').split('"event":"equity_data_inserted"').length - 1 : 0
}

/** `npm start` without npm, on ports that nobody else has. */
export const startArgs = (data: string, ...rest: readonly string[]): readonly string[] => [
  '--import',
  './local/clock/replace-date.ts',
  'local/start.ts',
  '--data',
  data,
  '--port',
  '45000',
  ...rest,
]

export const lastLine = ({ stdout }: Ended): unknown => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')

/** Writes candles in the form that `--candles` reads. */
export const writeCandleFile = (dir: string, ticker: string, date: string, candles: readonly Candle[]): void => {
  mkdirSync(dir, { recursive: true })
  const bars = candles.map(({ at, ...rest }) => ({ ...rest, datetime: at }))
  writeFileSync(join(dir, `${ticker}_${date}_1min.json`), JSON.stringify({ candles: bars, symbol: ticker, empty: false }))
}

export const readCandleFile = (path: string): readonly Candle[] => {
  const { candles }: { candles: { datetime: number; open: number; high: number; low: number; close: number; volume: number }[] } =
    JSON.parse(readFileSync(path, 'utf8'))
  return candles.map(({ datetime: at, ...rest }) => ({ at, ...rest }))
}

/** The export of every ticker, as the command line gives it. */
export const exportAll = async (data: string): Promise<string> => {
  const { code, stdout, stderr } = await runNode([
    'cli/kite.ts',
    'export',
    '--from',
    '2000-01-03',
    '--to',
    '2049-12-31',
    '--format',
    'csv',
    '--data',
    data,
  ])
  if (code !== 0) throw new Error(`export ended with ${code}: ${stderr}`)
  return stdout
}

const COLUMNS =
  'ticker,timestamp,open,high,low,close,volume,sma9,vwap,ema12,ema26,macd,macd_signal,macd_histogram,rsi14,bb_upper,bb_middle,bb_lower,atr14,cross'

/** The first difference between an export and what it must be, or undefined: the files' regular bars to the digit, the indicators to 1e-9. */
export const exportMistake = (csv: string, candlesDir: string, isRegular: (candle: Candle) => boolean): string | undefined => {
  const [head, ...lines] = csv.trimEnd().split('\n')
  if (head !== COLUMNS) return `the columns are ${head}`
  const rows = Map.groupBy(
    lines.map((line) => line.split(',')),
    (cells) => cells[0] ?? '',
  )
  const files = readFiles(candlesDir)
  if (rows.size !== files.size) return `${rows.size} tickers instead of ${files.size}`
  for (const [ticker, all] of files) {
    const expected = all.filter(isRegular).toSorted((a, b) => a.at - b.at)
    const actual = rows.get(ticker) ?? []
    if (actual.length !== expected.length) return `${ticker}: ${actual.length} rows instead of ${expected.length}`
    const candleMistake = expected.findIndex((candle, index) => !sameCandle(candle, actual[index] ?? []))
    if (candleMistake >= 0)
      return `${ticker}: row ${candleMistake} is ${actual[candleMistake]?.join(',')}, not ${JSON.stringify(expected[candleMistake])}`
    const mistake = firstDisagreement(actual.map(toIndicatorRow), oracleIndicators(expected))
    if (mistake !== undefined) return `${ticker}: ${mistake}`
  }
  return undefined
}

const readFiles = (dir: string): ReadonlyMap<string, readonly Candle[]> => {
  const byTicker = new Map<string, Candle[]>()
  for (const name of readdirSync(dir)) {
    const ticker = name.split('_')[0] ?? ''
    byTicker.set(ticker, [...(byTicker.get(ticker) ?? []), ...readCandleFile(join(dir, name))])
  }
  return byTicker
}

const sameCandle = (candle: Candle, [, timestamp, ...cells]: readonly string[]): boolean =>
  Date.parse(timestamp ?? '') === candle.at &&
  [candle.open, candle.high, candle.low, candle.close, candle.volume].every((value, index) => String(value) === cells[index])

const toIndicatorRow = (cells: readonly string[]): IndicatorRow => {
  const value = (column: number): number | null => (cells[column] === '' ? null : Number(cells[column]))
  return {
    at: Date.parse(cells[1] ?? ''),
    sma9: value(7),
    vwap: value(8),
    ema12: value(9),
    ema26: value(10),
    macd: value(11),
    macdSignal: value(12),
    macdHistogram: value(13),
    rsi14: value(14),
    bbUpper: value(15),
    bbMiddle: value(16),
    bbLower: value(17),
    atr14: value(18),
    cross: Number(cells[19]) as -1 | 0 | 1,
  }
}
