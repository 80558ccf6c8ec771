import { UsageError } from './command.ts'
import type { QueueName } from './stage-names.ts'

/** The dead-letter queues by the short names that a person writes. */
export const DEAD_LETTERS = {
  auth: {
    queue: 'auth-dlq',
    holds: 'jobs that wait for a new login',
    repair: 'kite reauth, if the token is dead; then they are sent back within five minutes, or at once by kite redrive',
  },
  jobs: {
    queue: 'jobs-dlq',
    holds: 'jobs that nobody could do',
    repair: 'kite dlq show jobs tells why; once that is repaired, purge: the sweep plans what is missing again',
  },
  candles: {
    queue: 'candles-dlq',
    holds: 'answers of Schwab that could not be stored',
    repair: 'kite dlq show candles tells why; once that is repaired, purge: the sweep fetches what is missing again',
  },
  events: {
    queue: 'events-dlq',
    holds: 'ticks, events and mails that EventBridge could not hand over',
    repair: 'kite dlq show events tells why; deploy again if it goes on, then purge: what they were for is looked after every minute',
  },
} as const satisfies Readonly<Record<string, { readonly queue: QueueName; readonly holds: string; readonly repair: string }>>

export type DeadLetterName = keyof typeof DEAD_LETTERS
export const DEAD_LETTER_NAMES = ['auth', 'jobs', 'candles', 'events'] as const satisfies readonly DeadLetterName[]

/** Those that are named, or all. Fails with UsageError. */
export const deadLettersOf = (names: readonly string[]): readonly DeadLetterName[] => {
  if (names.length === 0) return DEAD_LETTER_NAMES
  return names.map((text) => {
    const known = DEAD_LETTER_NAMES.find((name) => name === text.replace(/-dlq$/, ''))
    if (known === undefined) throw new UsageError(`there is no dead-letter queue ${text}: write ${DEAD_LETTER_NAMES.join(', ')}`)
    return known
  })
}
