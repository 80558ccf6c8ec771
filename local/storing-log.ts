import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import * as z from 'zod'
import type { Storing } from './max-lag.ts'

/** When which candles were stored, kept beside the functions' log, which is cut when it grows long. */
export type StoringLog = {
  /** A line that a function has printed. */
  readonly hear: (line: string) => void
  /** All of the run, those before a kill of the stack too. */
  readonly storings: () => readonly Storing[]
}

export const storingLog = (path: string): StoringLog => ({
  hear: (line) => {
    if (!line.startsWith('{"event":"equity_data_inserted"')) return
    const { at, tickers, newest } = Line.parse(JSON.parse(line))
    const rows = tickers.flatMap((ticker, index) =>
      Number.isNaN(newest[index] ?? Number.NaN) ? [] : JSON.stringify([ticker, at, newest[index]]),
    )
    if (rows.length > 0) appendFileSync(path, `${rows.join('\n')}\n`)
  },
  storings: () => {
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
    return lines.map((line) => Row.parse(JSON.parse(line)))
  },
})

const Instant = z.string().transform((text) => Date.parse(text))
const Line = z.object({ at: Instant, tickers: z.array(z.string()), newest: z.array(Instant) })
const Row = z.tuple([z.string(), z.number(), z.number()]).transform(([ticker, at, newest]): Storing => ({ ticker, at, newest }))
