/**
 * Plays every recorded session with the bundles that a deployment would upload, the last two days from the sources with the
 * stack killed again and again, and the last day with every message delivered three times and shuffled; two at a time. Compares each
 * export with the files and with an independent computation. Seven minutes.
 * `node test/replay-real-candles.ts [DIR [plain|packaged|killed|delivered]]`: other candles, one variant only; `plain` is the sources without a kill.
 */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { marketCalendar } from '../shared/domain/calendar.ts'
import { newYorkDate } from '../shared/domain/new-york.ts'
import type { Candle } from '../shared/domain/candle.ts'
import { marketDataDir } from './market-data.ts'
import { exportAll, exportMistake, lastLine, runNode, startArgs, storedSoFar, type Ended } from './replay.ts'

const candles = process.argv[2] ?? join(marketDataDir() ?? '', 'candles')
const wanted = process.argv[3]
const calendar = marketCalendar()
const isRegular = ({ at }: Candle): boolean => {
  const session = calendar.sessionOn(newYorkDate(at))
  return session !== undefined && at >= session.opensAt && at < session.closesAt
}

const play = async (data: string, from: string, ...rest: readonly string[]): Promise<Ended> =>
  runNode(startArgs(data, '--candles', from, '--once', '--speed', 'max', ...rest))

/** A folder with the files of the last days only. */
const lastDays = (count: number): string => {
  const dir = mkdtempSync(join(tmpdir(), 'alpha-kite-last-days-'))
  const dateOf = (name: string): string => name.split('_').at(-2) ?? ''
  const names = readdirSync(candles)
  const last = new Set([...new Set(names.map(dateOf))].toSorted().slice(-count))
  for (const name of names.filter((candidate) => last.has(dateOf(candidate)))) copyFileSync(join(candles, name), join(dir, name))
  return dir
}

type Variant = { readonly from: string; readonly run: (data: string, from: string) => Promise<Ended> }

const variants: Readonly<Record<string, Variant>> = {
  packaged: { from: candles, run: (data, from) => play(data, from, '--packaged') },
  plain: { from: wanted === undefined ? lastDays(2) : candles, run: (data, from) => play(data, from) },
  'killed five times': {
    from: wanted === undefined ? lastDays(2) : candles,
    run: async (data, from) => {
      for (let kill = 1; kill <= 5; kill++) {
        const stored = storedSoFar(data) + Math.random() * 120
        const killWhen = (): boolean => storedSoFar(data) > stored
        const ended = await runNode(startArgs(data, '--candles', from, '--once', '--speed', 'max'), { killWhen })
        if (ended.code !== null) return { ...ended, code: 3, stderr: `kill ${kill} came too late: ${ended.stderr}` }
      }
      return play(data, from)
    },
  },
  'delivered three times, shuffled': {
    from: wanted === undefined ? lastDays(1) : candles,
    run: (data, from) => play(data, from, '--deliveries', '3', '--seed', '7'),
  },
}

let passed = 0
let failed = 0
const waiting = Object.entries(variants).filter(([name]) => (wanted === undefined ? name !== 'plain' : name.startsWith(wanted)))
const check = async (name: string, { from, run }: Variant): Promise<void> => {
  const data = mkdtempSync(join(tmpdir(), 'alpha-kite-replay-'))
  const ended = await run(data, from)
  const mistake =
    ended.code === 0
      ? exportMistake(await exportAll(data), from, isRegular)
      : `exit ${ended.code}: ${ended.stderr}${ended.stdout.slice(-600)}`
  if (mistake === undefined) passed++
  else failed++
  process.stdout.write(`${mistake === undefined ? 'ok' : 'FAILED'} ${name}: ${mistake ?? JSON.stringify(lastLine(ended))}\n`)
  rmSync(data, { recursive: true, force: true })
}
const checkNext = async (): Promise<void> => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await check(...next)
}
await Promise.all([checkNext(), checkNext()])
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
