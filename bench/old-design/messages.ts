import * as z from 'zod'

const Session = z.object({ date: z.string(), opensAt: z.number(), closesAt: z.number() })

/** What the old design's process is started with. */
export const OldDesignJob = z.object({
  tickers: z.array(z.string()),
  session: Session,
  tokenSecret: z.string(),
  addresses: z.object({ schwab: z.string(), aws: z.string(), supabase: z.string() }),
  supabaseKey: z.string(),
})
export type OldDesignJob = Readonly<z.infer<typeof OldDesignJob>>

/** A minute that it is to work, epoch milliseconds. */
export const Minute = z.object({ tick: z.number() })

/** What the minute took. */
export const MinuteDone = z.object({ ms: z.number(), rows: z.number(), cpuSeconds: z.number(), peakBytes: z.number() })
export type MinuteDone = Readonly<z.infer<typeof MinuteDone>>
