import * as z from 'zod'
import { When } from './active-faults.ts'

/** What can go wrong around the functions: in the other services, on the way there, in their processes and clocks. */
export const StackFault = z.discriminatedUnion('fault', [
  /**
   * The database breaks every connection, answers after `seconds` of real time, answers 500, or gives up a call that brings more than
   * `bars` bars or rows of indicators.
   */
  z.object({
    fault: z.literal('supabase'),
    mode: z.enum(['down', 'slow', '500', 'statement-timeout']).default('down'),
    seconds: z.number().nonnegative().default(5),
    bars: z.int().positive().optional(),
    ...When,
  }),
  /** Of the messages that are sent in batches every second one is not taken, and reported so. */
  z.object({ fault: z.literal('sqs-send-partial'), ...When }),
  /** No event can be put on a bus. */
  z.object({ fault: z.literal('events-down'), ...When }),
  /** The token's secret does not exist, or holds no token, for whoever reads it; or it is full and takes no version. Nothing stored is changed. */
  z.object({ fault: z.literal('secret'), kind: z.enum(['missing', 'malformed', 'full']).default('missing'), ...When }),
  /** The process of this function dies at one of its calls, or so long after the start of an event. */
  z.object({ fault: z.literal('kill-function'), name: z.string(), moment: z.lazy(() => KillMoment), ...When }),
  /** The functions' clocks are so many seconds ahead, or behind when negative. */
  z.object({ fault: z.literal('clock-skew'), seconds: z.number(), ...When }),
  /** A message is delivered so many times, though its function has handled it. */
  z.object({ fault: z.literal('duplicate-deliveries'), copies: z.int().min(2).max(10).default(3), ...When }),
])
export type StackFault = Readonly<z.infer<typeof StackFault>>
export type StackFaultName = StackFault['fault']

/** When a function dies: at a call, before the service has seen it or after it has done it; or milliseconds of real time after its start. */
const KillMoment = z.union([
  z.object({ service: z.string(), operation: z.string(), phase: z.enum(['before', 'after']) }),
  z.object({ afterMs: z.number().positive() }),
])
