import * as z from 'zod'
import { boundedFile } from './bounded-file.ts'
import type { RunState } from './run-state.ts'

export type FunctionLog = { readonly line: (functionName: string, line: string) => void; readonly close: () => void }

const Counted = z.looseObject({ event: z.string(), count: z.number().optional() })

/** A day of five tickers at full speed is some 150 MB. */
const MAX_BYTES = 50 * 1024 * 1024

export type FunctionLogOptions = {
  readonly path: string
  readonly counters: RunState['counters']
  /** A function says that the token has died. */
  readonly onDeath: () => void
  readonly say: (line: string) => void
}

/** Keeps what the functions print, and counts what the summary tells of. */
export const functionLog = ({ path, counters, onDeath, say }: FunctionLogOptions): FunctionLog => {
  const file = boundedFile(path, {
    maxBytes: MAX_BYTES,
    onGivenUp: (code) =>
      say(`The log ${path} cannot be written (${code}) and ends here; the stack goes on. Free some space on its disk and start it again.`),
  })
  return {
    line: (functionName, line) => {
      file.write(line.startsWith('{') ? `${line}\n` : `${JSON.stringify({ event: 'output', function: functionName, line })}\n`)
      const count = countOf(line)
      if (count?.event === 'jobs_enqueued' || count?.event === 'sessions_asked_again') counters.jobs += count.count ?? 0
      if (count?.event === 'candles_rejected') counters.rejected += count.count ?? 0
      if (count?.event === 'job_parked') counters.parked += count.count ?? 1
      if (count?.event === 'token_died') onDeath()
    },
    close: file.close,
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
