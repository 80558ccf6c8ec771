import * as z from 'zod'
import { When } from '../../faults/active-faults.ts'

/** How the token endpoint words its refusal of a refresh token. `schwab` is what was measured; in `broken-json` its inner quotes are not escaped. */
export const Refusal = z.enum(['schwab', 'broken-json', 'invalid-grant', 'invalid-client-400', 'invalid-client-401', 'empty', 'not-json'])
export type Refusal = z.infer<typeof Refusal>

/** What an endpoint answers instead of doing its work. */
export const EndpointAnswer = z.enum([
  '429',
  '429-retry-after',
  '400',
  '401',
  '404-envelope',
  '500',
  '503',
  '503-retry-after',
  'upstream-timeout',
  'html-403',
  'plain-404',
  'fault',
  'hang',
  'slow',
  'truncated',
  'empty',
  'stale',
  'cut',
])
export type EndpointAnswer = z.infer<typeof EndpointAnswer>

/** When the fault was set, epoch milliseconds; given to it when it is. */
const since = z.number().optional()

const endpointFault = {
  ...When,
  answer: EndpointAnswer,
  /** For `429-retry-after` and `503-retry-after`: what the header says. For `slow`: seconds of real time between the halves of the body. */
  seconds: z.number().nonnegative().default(30),
}

/** Everything that can be made to go wrong, and the switches for what is contested about the vendor. */
export const Fault = z.discriminatedUnion('fault', [
  /** Access tokens end before their time: all at once, or with a `rate` that of each data call. */
  z.object({ fault: z.literal('expire-access'), ...When }),
  /** Refresh tokens are refused from now on, in these words: all at once, or with a `rate` that of each refresh. A new login helps. */
  z.object({ fault: z.literal('revoke-refresh'), body: Refusal.default('schwab'), ...When }),
  /** A refresh answers 200, but its access token is refused on every data call. */
  z.object({ fault: z.literal('refresh-ok-data-401'), ...When }),
  z.object({ fault: z.literal('refresh-without-expiry'), ...When }),
  z.object({ fault: z.literal('refresh-without-refresh-token'), ...When }),
  /** Whether a refresh hands out a new refresh token, and whether the old one then dies. */
  z.object({ fault: z.literal('rotate'), mode: z.enum(['none', 'rotate', 'rotate-and-kill-old']), ...When }),
  z.object({ fault: z.literal('token-endpoint'), ...endpointFault }),
  /** `symbols`: only calls for one of these. For `cut`: only the newest `keep` bars of an answer. For `stale`: no bar that ended after `since`. */
  z.object({
    fault: z.literal('data-endpoint'),
    ...endpointFault,
    symbols: z.array(z.string()).optional(),
    keep: z.int().positive().default(30),
    since,
  }),
  /** A bar appears so many seconds after its minute has ended. */
  z.object({ fault: z.literal('late-bar'), seconds: z.number().positive(), ...When }),
  /** A bar has other numbers in the first minute after it appeared. */
  z.object({ fault: z.literal('provisional-bar'), ...When }),
  /** A bar has other numbers until so many minutes after its end. */
  z.object({ fault: z.literal('restate-bar'), minutes: z.number().positive(), ...When }),
  /** Bars from up to `hours` outside the asked bounds. */
  z.object({ fault: z.literal('extra-bars'), hours: z.number().positive().default(3), ...When }),
  /** Bars doubled and out of order. */
  z.object({ fault: z.literal('shuffled-bars'), ...When }),
  /**
   * One bar of an answer is replaced by one that has null, NaN, a negative price or a high below its low. `minute`, `HH:MM` in New York: in
   * every answer the bar of that minute has null prices. `symbols`: only in answers for one of these.
   */
  z.object({
    fault: z.literal('bad-bars'),
    ...When,
    minute: z
      .string()
      .regex(/^\d\d:\d\d$/)
      .optional(),
    symbols: z.array(z.string()).optional(),
  }),
  /** From now on every answer shows the days before divided by `ratio` (new shares for an old one) and their volumes multiplied. */
  z.object({ fault: z.literal('split'), symbol: z.string(), ratio: z.number().positive(), since, ...When }),
  /** 429 for every call over so many data calls in a minute of the clock. */
  z.object({ fault: z.literal('rate-limit'), perMinute: z.int().positive(), ...When }),
  /** An unknown symbol answers 200 with no candles instead of 404. */
  z.object({ fault: z.literal('unknown-symbol-empty'), ...When }),
  /** A range that holds no session, or only days of which nobody has a bar, is answered 400 instead of empty. */
  z.object({ fault: z.literal('closed-day-400'), ...When }),
  /** One-minute bars reach back only so many days. */
  z.object({ fault: z.literal('history-limit'), days: z.int().positive(), ...When }),
])
export type Fault = Readonly<z.infer<typeof Fault>>
/** A fault as a person writes it, defaults left out. */
export type FaultSetting = Readonly<z.input<typeof Fault>>
export type FaultName = Fault['fault']
