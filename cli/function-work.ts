/**
 * What one call waits for an outside system, milliseconds. Assumed, for functions in us-east-1 and a database in the same region:
 * measure yours in the logs and put it here.
 */
export const ROUND_TRIP_MS = {
  schwab: 400,
  supabase: 60,
  /** The one call that answers with thousands of candles. */
  supabaseIngest: 120,
  sqs: 15,
  secretsManager: 20,
} as const
type System = keyof typeof ROUND_TRIP_MS
const SYSTEMS: readonly System[] = ['schwab', 'supabase', 'supabaseIngest', 'sqs', 'secretsManager']

/** So much memory comes with one whole core. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const FULL_CORE_MB = 1769
/** A core of Lambda (arm64) is taken to need so much longer than the one that was measured on. */
export const CORE_SLOWNESS = 1.5
/** Start, and the end of the log: what Lambda itself writes for an invocation. */
const PLATFORM = { lines: 3, bytes: 300 }
/** CloudWatch counts every line for so much longer than it is. */
const BYTES_BESIDES_LINE = 26

/** What one invocation does. */
export type Work = {
  /** Milliseconds of CPU. */
  readonly cpuMs: number
  /** How many calls it waits for, one after another; what goes out at the same time counts once. */
  readonly waits: Readonly<Partial<Record<System, number>>>
  /** What it logs itself. */
  readonly log: { readonly lines: number; readonly bytes: number }
}

/**
 * The CPU time was measured in the local stack: two sessions of forty tickers, played by these handlers in warm processes (Node 24, a
 * Xeon core), in full batches of ten; means, rounded up. A batch of seven is taken for as much work. Log lines were counted in that run.
 */
export const WORK = {
  /** A minute of the scheduler; what it costs more for each ticker is `SCHEDULER_CPU_MS_PER_TICKER`. */
  tick: { cpuMs: 7, waits: { supabase: 2, sqs: 2 }, log: { lines: 6, bytes: 1080 } },
  /** One window each of ten tickers. The token is read once in five minutes: too seldom to count. */
  fetchLive: { cpuMs: 8, waits: { supabase: 1, schwab: 1, sqs: 1 }, log: { lines: 1, bytes: 150 } },
  /** A full session each of ten tickers. */
  fetchFull: { cpuMs: 25, waits: { supabase: 1, schwab: 1, sqs: 1 }, log: { lines: 1, bytes: 150 } },
  /** In the second session: 585 candles of each ticker are read, on average, and its newest indicators written. */
  writeLive: { cpuMs: 35, waits: { supabaseIngest: 1, supabase: 1 }, log: { lines: 4, bytes: 740 } },
  /** A full session that is stored already: nothing is computed. */
  writeFull: { cpuMs: 14, waits: { supabaseIngest: 1 }, log: { lines: 1, bytes: 120 } },
  /** The token is well. Not measured: the local stack skips such minutes. Between the redriver's one call and a tick. */
  keepQuiet: { cpuMs: 5, waits: { supabase: 1, secretsManager: 1 }, log: { lines: 4, bytes: 790 } },
  /** The token is renewed, proven and stored. */
  keepRefresh: { cpuMs: 30, waits: { supabase: 12, secretsManager: 10, schwab: 2 }, log: { lines: 9, bytes: 2170 } },
  /** Nothing is parked. */
  redriveNothing: { cpuMs: 3, waits: { sqs: 1 }, log: { lines: 2, bytes: 180 } },
  /** A page of the login. Not measured. */
  showPage: { cpuMs: 10, waits: { supabase: 2, secretsManager: 1 }, log: { lines: 2, bytes: 200 } },
} as const satisfies Readonly<Record<string, Work>>

/** Loading the bundle, and what the first invocation takes longer, milliseconds of CPU: about 200 and up to 140, measured. */
export const COLD_START_CPU_MS = 350
/** Measured: 6 ms at forty tickers, 15 at four hundred. */
export const SCHEDULER_CPU_MS_PER_TICKER = 0.025
/** The lines of the fetcher for one call to Schwab: what came, and `schwab_called` with its metrics. */
export const LOG_OF_CALL = { lines: 2, bytes: 180 + 500 } as const

/** Milliseconds of CPU become seconds on the share of a core that the memory brings. */
export const cpuSeconds = (cpuMs: number, memoryMb: number): number => (cpuMs * CORE_SLOWNESS * Math.max(1, FULL_CORE_MB / memoryMb)) / 1000

/** How long one invocation takes. */
export const secondsOf = ({ cpuMs, waits }: Work, memoryMb: number): number => {
  const trips = SYSTEMS.reduce((sum, system) => sum + ROUND_TRIP_MS[system] * (waits[system] ?? 0), 0)
  return cpuSeconds(cpuMs, memoryMb) + trips / 1000
}

/** Bytes of log that CloudWatch counts for one invocation. */
export const logBytesOf = ({ log }: Work): number => log.bytes + PLATFORM.bytes + (log.lines + PLATFORM.lines) * BYTES_BESIDES_LINE

export const LOG_BYTES_OF_CALL = LOG_OF_CALL.bytes + LOG_OF_CALL.lines * BYTES_BESIDES_LINE
