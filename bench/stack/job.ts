import * as z from 'zod'

/** What a measured stack is to do. */
export const StackJob = z.object({
  /** Its state directory, with a database in it. */
  data: z.string(),
  port: z.number(),
  /** Where its clock starts, epoch milliseconds. */
  startsAt: z.number(),
  /** Ticks of the scheduler that count as warming up: processes load, caches fill. */
  warmUp: z.number(),
  /** It ends after so many ticks more, */
  ticks: z.number(),
  /** or with the first tick after this moment of its clock, epoch milliseconds, */
  until: z.number().optional(),
  /** or when no session is left that is not complete. */
  untilComplete: z.boolean(),
  /** Memory is looked at in every so many ticks. 0: never. */
  sampleEvery: z.number(),
})
export type StackJob = Readonly<z.infer<typeof StackJob>>

const Tick = z.object({
  /** Simulated, epoch milliseconds. */
  at: z.number(),
  /** Real milliseconds, from the first. */
  startedMs: z.number(),
  /** When the last rows of it had been committed; undefined where it wrote none. */
  visibleMs: z.number().optional(),
  /** What the scheduler says is not stored yet. */
  missing: z.number().optional(),
  /** Candles in the database, and sessions that were not proven complete, when it began; counted only where the job asks for it. */
  stored: z.number().optional(),
  incomplete: z.number().optional(),
  calls: z.record(z.string(), z.number()),
  invocations: z.record(z.string(), z.number()),
  schwabBytes: z.number(),
  candleRows: z.number(),
  indicatorRows: z.number(),
})
export type Tick = Readonly<z.infer<typeof Tick>>

/** At the beginning of a tick: the resident memory of the stack itself and of its functions together, and the messages in all queues. */
const Sample = z.object({ tick: z.number(), stackBytes: z.number(), functionBytes: z.number(), processes: z.number(), queued: z.number() })
export type Sample = Readonly<z.infer<typeof Sample>>

/** What became of it. */
export const StackReport = z.object({
  /** Those after the warm-up. */
  ticks: z.array(Tick),
  /** CPU time of all functions in those ticks. Undefined where the system does not tell. */
  cpuSeconds: z.number().optional(),
  /** The sum of what each of their processes had in memory at its most. */
  peakBytes: z.number().optional(),
  largestBytes: z.number().optional(),
  samples: z.array(Sample),
  /** Rows of each table at the end. Counted where samples are taken. */
  tables: z.record(z.string(), z.number()),
})
export type StackReport = Readonly<z.infer<typeof StackReport>>
