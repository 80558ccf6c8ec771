/**
 * Plays every recorded session three times (plainly, with the stack killed again and again, with every message delivered three
 * times and shuffled) and compares each export with the files and with an independent computation. Takes ten minutes and more.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { marketCalendar } from '../shared/domain/calendar.ts'
import { newYorkDate } from '../shared/domain/new-york.ts'
import type { Candle } from '../shared/domain/candle.ts'
import { marketDataDir } from './market-data.ts'
import { exportAll, exportMistake, lastLine, runNode, startArgs, type Ended } from './replay.ts'

const candles = process.argv[2] ?? join(marketDataDir() ?? '', 'candles')
const calendar = marketCalendar()
const isRegular = ({ at }: Candle): boolean => {
  const session = calendar.sessionOn(newYorkDate(at))
  return session !== undefined && at >= session.opensAt && at < session.closesAt
}

const play = async (data: string, ...rest: readonly string[]): Promise<Ended> =>
  runNode(startArgs(data, '--candles', candles, '--once', '--speed', 'max', ...rest))

const variants: Readonly<Record<string, (data: string) => Promise<Ended>>> = {
  plain: (data) => play(data),
  'killed eight times': async (data) => {
    for (let kill = 1; kill <= 8; kill++) {
      const killAfterMs = 5_000 + Math.random() * 8_000
      const { code, stdout, stderr } = await runNode(startArgs(data, '--candles', candles, '--once', '--speed', 'max'), { killAfterMs })
      if (code !== null)
        process.stdout.write(`  kill ${kill} came too late: it had ended with ${code} ${stderr}${stdout.split('\n').at(-2)}\n`)
    }
    return play(data)
  },
  'delivered three times, shuffled': (data) => play(data, '--deliveries', '3', '--seed', '7'),
}

let passed = 0
let failed = 0
const wanted = process.argv[3]
for (const [name, run] of Object.entries(variants)) {
  if (wanted !== undefined && !name.startsWith(wanted)) continue
  const data = mkdtempSync(join(tmpdir(), 'alpha-kite-replay-'))
  const ended = await run(data)
  const mistake =
    ended.code === 0
      ? exportMistake(await exportAll(data), candles, isRegular)
      : `exit ${ended.code}: ${ended.stderr}${ended.stdout.slice(-600)}`
  if (mistake === undefined) passed++
  else failed++
  process.stdout.write(`${mistake === undefined ? 'ok' : 'FAILED'} ${name}: ${mistake ?? JSON.stringify(lastLine(ended))}\n`)
  rmSync(data, { recursive: true, force: true })
}
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
