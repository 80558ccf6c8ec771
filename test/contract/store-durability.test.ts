import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { guarded } from '../../local/process/guarded.ts'
import { startEmbedded, storeAt } from './store-embedded.ts'
import { bars, fullRead, liveRead, weekdays } from './store-setup.ts'

const WRITER = resolve(import.meta.dirname, 'store-durability-writer.ts')

/** Lets the writer work on the directory until it has acknowledged `count` sessions, and kills it in the midst of the next one. */
const writeAndKill = async (dataDir: string, count: number): Promise<number> => {
  const writer = guarded(spawn(process.execPath, [WRITER, dataDir], { stdio: ['ignore', 'pipe', 'inherit'], cwd: tmpdir() }))
  const ended = once(writer, 'exit')
  let acknowledged = 0
  for await (const _ of createInterface({ input: writer.stdout })) {
    acknowledged += 1
    if (acknowledged === count) writer.kill('SIGKILL')
  }
  await ended
  return acknowledged
}

describe('the embedded Supabase', () => {
  let dataDir: string
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'supabase-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  it('keeps every acknowledged write when its process is killed, again and again', async () => {
    for (const count of [3, 7]) {
      const acknowledged = await writeAndKill(dataDir, count)
      const sessions = weekdays(400).slice(0, acknowledged)
      const supabase = await startEmbedded(dataDir)
      const store = storeAt(supabase.url)
      const all = sessions.flatMap((session) => bars(session))
      expect(await store.ingest([fullRead('QQQ', sessions, all)], 0)).toMatchObject([{ written: 0 }])
      const more = weekdays(400)[399]
      if (more !== undefined) expect(await store.ingest([liveRead(`SPY${count}`, more, bars(more))], 0)).toMatchObject([{ written: 390 }])
      await supabase.stop()
    }
  })
})
