/**
 * Plays every script of test/scripts, two at a time, and says of each whether the feed came out as if nothing had happened.
 * Last, one of them with the bundles that a deployment would upload.
 * `node test/play-fault-scripts.ts [NAME...]`; `NAME+packaged` for the bundles.
 */
import { join } from 'node:path'
import { playScript, scriptNames } from './fault-scripts.ts'
import { marketDataDir } from './market-data.ts'

const dir = marketDataDir()
const recorded = dir === undefined ? undefined : join(dir, 'candles')
const wanted = process.argv.slice(2)
const waiting = [...(wanted.length === 0 ? [...scriptNames(), 'dies-mid-session+packaged'] : wanted)]
const AT_ONCE = 2
let passed = 0
let failed = 0

const play = (name: string) => {
  const script = name.replace(/\+packaged$/, '')
  return playScript(script, recorded, script === name ? [] : ['--packaged'])
}

const playNext = async (): Promise<void> => {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const startedAt = performance.now()
    const { mistake, summary } = await play(name)
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
    if (mistake === undefined) passed++
    else failed++
    process.stdout.write(`${mistake === undefined ? 'ok' : 'FAILED'} ${name} (${seconds} s): ${mistake ?? JSON.stringify(summary)}\n`)
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, playNext))
process.stdout.write(`fault scripts: ${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
