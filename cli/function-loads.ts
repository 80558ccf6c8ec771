import {
  COLD_START_CPU_MS,
  cpuSeconds,
  LOG_BYTES_OF_CALL,
  logBytesOf,
  SCHEDULER_CPU_MS_PER_TICKER,
  secondsOf,
  WORK,
  type Work,
} from './function-work.ts'
import type { MonthOfWork } from './month-of-work.ts'

/** Memory as in serverless.yml, megabytes. */
export const MEMORY_MB = { scheduler: 256, fetcher: 256, writer: 512, 'token-keeper': 256, reauth: 512, redriver: 256 } as const

type FunctionName = keyof typeof MEMORY_MB

/** What one function does in a month. */
export type FunctionLoad = {
  readonly name: FunctionName
  readonly memoryMb: number
  readonly invocations: number
  readonly coldStarts: number
  /** Of an average invocation, its share of the cold starts included. */
  readonly seconds: number
  readonly gbSeconds: number
  readonly logBytes: number
}

type Part = { readonly work: Work; readonly times: number }

export const functionLoads = (tickers: number, month: MonthOfWork): readonly FunctionLoad[] => {
  const { live, full, refreshes, coldStarts } = month
  const tick = { ...WORK.tick, cpuMs: WORK.tick.cpuMs + SCHEDULER_CPU_MS_PER_TICKER * tickers }
  const calls = (live.reads + full.reads) * LOG_BYTES_OF_CALL
  return [
    functionLoad('scheduler', coldStarts.allDay, [{ work: tick, times: month.minutes }]),
    functionLoad(
      'fetcher',
      coldStarts.inSession,
      [
        { work: WORK.fetchLive, times: live.batches },
        { work: WORK.fetchFull, times: full.batches },
      ],
      calls,
    ),
    functionLoad('writer', coldStarts.inSession, [
      { work: WORK.writeLive, times: live.batches },
      { work: WORK.writeFull, times: full.batches },
    ]),
    functionLoad('token-keeper', coldStarts.allDay, [
      { work: WORK.keepQuiet, times: month.minutes - refreshes },
      { work: WORK.keepRefresh, times: refreshes },
    ]),
    functionLoad('reauth', month.pages / 10, [{ work: WORK.showPage, times: month.pages }]),
    functionLoad('redriver', coldStarts.allDay, [{ work: WORK.redriveNothing, times: month.redrives }]),
  ]
}

const functionLoad = (name: FunctionName, coldStarts: number, parts: readonly Part[], moreLogBytes = 0): FunctionLoad => {
  const memoryMb = MEMORY_MB[name]
  const invocations = sum(parts, ({ times }) => times)
  const seconds = sum(parts, ({ work, times }) => times * secondsOf(work, memoryMb)) + coldStarts * cpuSeconds(COLD_START_CPU_MS, memoryMb)
  return {
    name,
    memoryMb,
    invocations,
    coldStarts,
    seconds: seconds / invocations,
    gbSeconds: (seconds * memoryMb) / 1024,
    logBytes: sum(parts, ({ work, times }) => times * logBytesOf(work)) + moreLogBytes,
  }
}

const sum = (parts: readonly Part[], of: (part: Part) => number): number => parts.reduce((total, part) => total + of(part), 0)
