import { createWriteStream, statSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import * as z from 'zod'
import type { RunState } from './run-state.ts'

export type FunctionLog = { readonly line: (functionName: string, line: string) => void; readonly close: () => Promise<void> }

const Counted = z.looseObject({ event: z.string(), count: z.number().optional() })

/** A log above this is set aside when a stack starts, so that a directory does not fill up over months. */
const SET_ASIDE_BYTES = 50 * 1024 * 1024

/** Keeps what the functions print, and counts what the summary tells of. `onDeath` is called when one says that the token has died. */
export const functionLog = (path: string, counters: RunState['counters'], onDeath: () => void = () => {}): FunctionLog => {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > SET_ASIDE_BYTES) void rename(path, `${path}.1`)
  const stream = createWriteStream(path, { flags: 'a' })
  return {
    line: (functionName, line) => {
      stream.write(line.startsWith('{') ? `${line}\n` : `${JSON.stringify({ event: 'output', function: functionName, line })}\n`)
      const count = countOf(line)
      if (count?.event === 'jobs_enqueued' || count?.event === 'sessions_asked_again') counters.jobs += count.count ?? 0
      if (count?.event === 'candles_rejected') counters.rejected += count.count ?? 0
      if (count?.event === 'job_parked') counters.parked += count.count ?? 1
      if (count?.event === 'token_died') onDeath()
    },
    close: () => new Promise((resolve) => stream.end(resolve)),
  }
}

const countOf = (line: string): z.infer<typeof Counted> | undefined => {
  if (!/"(jobs_enqueued|sessions_asked_again|candles_rejected|job_parked|token_died)"/.test(line)) return undefined
  try {
    return Counted.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
