import { EndpointAnswer } from '../schwab/faults/fault.ts'
import { Action, type ActionName } from './action.ts'
import { SCHWAB_FAULTS, STACK_FAULTS } from '../faults/fault-desk.ts'
import { count, duration, minuteOfDay, number, type Option, required, ticker, tickers, word, wordOf } from './option.ts'

type Options = Readonly<Record<string, Option>>

const seconds = number('a number of seconds, as 20', (value) => value >= 0)
const secondsAtLeast = number('a number of seconds above 0, as 20', (value) => value > 0)
const endpoint: Options = { answer: required(wordOf(EndpointAnswer.options)), seconds }

/** The options of each fault, besides `for`, `times` and `rate`. */
const FAULT_OPTIONS: { readonly [Name in (typeof SCHWAB_FAULTS)[number] | (typeof STACK_FAULTS)[number]]: Options } = {
  'expire-access': {},
  'revoke-refresh': {
    body: word({
      unsupported: 'schwab',
      invalid_grant: 'invalid-grant',
      invalid_client: 'invalid-client-401',
      empty: 'empty',
      'broken-json': 'broken-json',
      'invalid-client-400': 'invalid-client-400',
      'not-json': 'not-json',
    }),
  },
  'refresh-ok-data-401': {},
  'refresh-without-expiry': {},
  'refresh-without-refresh-token': {},
  rotate: { mode: required(word({ none: 'none', rotate: 'rotate', 'kill-old': 'rotate-and-kill-old' })) },
  'token-endpoint': endpoint,
  'data-endpoint': { ...endpoint, symbols: tickers, keep: count('a number of bars, as 30') },
  'late-bar': { seconds: required(secondsAtLeast) },
  'provisional-bar': {},
  'restate-bar': { minutes: required(number('a number of minutes above 0, as 20', (value) => value > 0)) },
  'extra-bars': { hours: number('a number of hours above 0, as 3', (value) => value > 0) },
  'shuffled-bars': {},
  'bad-bars': { minute: minuteOfDay, symbols: tickers },
  split: { symbol: required(ticker), ratio: required(number('a number above 0, as 4, 1.5 or 0.1', (value) => value > 0)) },
  'rate-limit': { 'per-minute': required({ ...count('a number of calls, as 60'), field: 'perMinute' }) },
  'unknown-symbol-empty': {},
  'closed-day-400': {},
  'history-limit': { days: required(count('a number of days, as 48')) },
  supabase: { mode: wordOf(['down', 'slow', '500', 'statement-timeout']), seconds, bars: count('a number of bars, as 400') },
  'sqs-send-partial': {},
  'events-down': {},
  secret: { kind: wordOf(['missing', 'malformed', 'full']) },
  'kill-function': {
    name: required({ wanted: 'a function as serverless.yml names it, as fetcher', read: (value) => ({ value }) }),
    await: { wanted: 'a call, as sqs.SendMessageBatch, schwab.token or supabase.ingest_candles', read: (value) => ({ value }) },
    when: wordOf(['before', 'after']),
    after: duration('a time of the real clock, as 300ms'),
  },
  'clock-skew': { seconds: required(number('a number of seconds, as 90 or -90', (value) => Number.isFinite(value) && value !== 0)) },
  'duplicate-deliveries': { copies: count('a whole number from 2 to 10', 2, 10) },
}

const ACTION_OPTIONS: { readonly [Name in ActionName]: Options } = {
  reauthorize: {},
  deny: {},
  'put-secret': { kind: required(wordOf(['good', 'client-credentials', 'garbage'])) },
  'kill-stack': {},
  'purge-auth-dlq': {},
  redrive: {},
  'add-ticker': { ticker: required(ticker) },
  'remove-ticker': { ticker: required(ticker) },
}

/** When a fault plays: what every fault has besides its own options. */
export const WHEN_OPTIONS: Options = {
  for: duration('a duration: 90s, 20m, 2h or 1d'),
  times: count('a whole number of at least 1'),
  rate: number('a share of the cases above 0 and up to 1, as 0.5', (value) => value > 0 && value <= 1),
}

/** Other words for an option, as people write it. */
export const ALIASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  supabase: { answer: 'mode' },
  secret: { mode: 'kind' },
  'kill-function': { call: 'await' },
}

export const FAULTS: ReadonlyMap<string, Options> = new Map(Object.entries(FAULT_OPTIONS))
export const ACTIONS: ReadonlyMap<string, Options> = new Map(
  Action.options.map(({ shape }) => [shape.action.value, ACTION_OPTIONS[shape.action.value]]),
)
