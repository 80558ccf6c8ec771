import type { Random } from '../../local/schwab/seeded-random.ts'
import { chance, pick, whole } from './draw.ts'
import type { Shape } from './plan.ts'

/**
 * One thing that goes wrong. The list of a run is drawn before it begins, so that one of them can be left out and the others stay.
 * `target`: what it hits; `amount`: how hard, in the unit of its kind.
 */
export type Fault = {
  readonly kind: FaultKind
  readonly at: number
  readonly forMs: number
  readonly target: string
  readonly amount: number
}

type Span = readonly [least: number, most: number]
type KindModel = { readonly weight: number; readonly targets: readonly string[]; readonly minutes?: Span; readonly amounts?: Span }

const FUNCTIONS = ['scheduler', 'fetcher', 'writer', 'token-keeper', 'redriver', 'reauth']
const QUEUES = ['jobs', 'candles', 'auth-dlq']

/** Every kind of fault, what it may hit, how many minutes it lasts, and its amount. */
const KINDS = {
  /** The function dies at its `amount`-th await. */
  crash: { weight: 10, targets: FUNCTIONS, amounts: [1, 30] },
  /** Every invocation dies and every cache is lost. */
  deploy: { weight: 2, targets: ['all'] },
  'ticker-added': { weight: 1, targets: ['NEWT'] },
  'ticker-removed': { weight: 1, targets: ['QQQ', 'SPY', 'PPLT'] },
  /** Calls fail. */
  down: { weight: 8, targets: ['store', 'secret', 'bus', 'sqs'], minutes: [1, 70] },
  /** Nobody can be told of anything, for as long as a whole outage may last. */
  'bus-silent': { weight: 2, targets: ['bus'], minutes: [60, 1200] },
  /** Calls take effect, and their answers are lost. */
  'answer-lost': { weight: 5, targets: ['store', 'secret', 'bus', 'sqs'], minutes: [1, 15] },
  /** Calls fail, and take effect up to ten seconds later. */
  'effect-late': { weight: 2, targets: ['store', 'secret', 'sqs'], minutes: [1, 10] },
  /** The database gives up a call that brings more than `amount` bars or rows. */
  'store-times-out': { weight: 4, targets: ['store'], minutes: [5, 60], amounts: [1, 12] },
  /** Of what is sent in one call a part is not taken. */
  partial: { weight: 4, targets: ['jobs', 'candles'], minutes: [1, 20] },
  /** Each call takes up to `amount` seconds. */
  slow: { weight: 4, targets: ['store', 'secret', 'bus', 'sqs', 'schwab'], minutes: [1, 20], amounts: [1, 9] },
  duplicate: { weight: 4, targets: QUEUES, amounts: [1, 3] },
  /** Visibility runs out while somebody is at work. */
  reappear: { weight: 4, targets: QUEUES },
  /** Nothing is handed out, and then all at once, as when Lambda has no room. */
  stalled: { weight: 4, targets: ['jobs', 'candles'], minutes: [2, 15] },
  purge: { weight: 1, targets: [...QUEUES, 'jobs-dlq'] },
  /** Somebody puts a message on the queue that nobody can handle. */
  stray: { weight: 1, targets: ['jobs', 'candles', 'auth-dlq'] },
  /** The function's clock is off by `amount` milliseconds. */
  skew: { weight: 2, targets: FUNCTIONS, minutes: [5, 600], amounts: [-2_000, 2_000] },
  'double-tick': { weight: 2, targets: ['scheduler', 'token-keeper', 'redriver'], minutes: [1, 60] },
  'missed-tick': { weight: 2, targets: ['scheduler', 'token-keeper', 'redriver'], minutes: [1, 30] },
  'event-lost': { weight: 2, targets: ['redriver', 'token-keeper'], minutes: [1, 120] },
  /** Schwab answers wrongly at one of its endpoints. */
  'schwab-500': { weight: 3, targets: ['token', 'quotes', 'pricehistory'], minutes: [1, 60] },
  'schwab-html': { weight: 2, targets: ['token', 'quotes', 'pricehistory'], minutes: [1, 30] },
  'schwab-404': { weight: 1, targets: ['token', 'quotes', 'pricehistory'], minutes: [1, 20] },
  'schwab-429': { weight: 2, targets: ['token', 'quotes', 'pricehistory'], minutes: [1, 10] },
  /** 503 or 429, and asks to be asked again in a second. */
  'schwab-retry-soon': { weight: 3, targets: ['token', 'quotes', 'pricehistory'], minutes: [1, 90], amounts: [0, 1] },
  'schwab-hangs': { weight: 3, targets: ['token', 'quotes', 'pricehistory'], minutes: [1, 20] },
  'schwab-truncates': { weight: 1, targets: ['token', 'quotes', 'pricehistory'], minutes: [1, 10] },
  /** It did what was asked, and the answer never came. */
  'schwab-mute': { weight: 2, targets: ['token', 'quotes', 'pricehistory'], minutes: [1, 5] },
  /** 200 with no candles. */
  'schwab-empty': { weight: 3, targets: ['pricehistory'], minutes: [1, 90] },
  /** One ticker is unknown to Schwab, or refused with 401, or `all` are. */
  'schwab-unknown': { weight: 2, targets: ['all', ...NAMES()], minutes: [1, 90] },
  'schwab-refuses': { weight: 2, targets: NAMES(), minutes: [1, 600] },
  /** Every request for one ticker's newest session, or anybody's, is called wrong. */
  'schwab-400': { weight: 2, targets: ['all', ...NAMES()], minutes: [1, 240] },
  /** Long answers lack sessions. */
  'schwab-cuts': { weight: 1, targets: ['pricehistory'], minutes: [1, 20] },
  /** Bars that are doubled, unsorted, or were not asked for. */
  'schwab-untidy': { weight: 2, targets: ['pricehistory'], minutes: [1, 90] },
  /** 200 with the bars up to the moment it began, and none newer. */
  'schwab-stale': { weight: 0, targets: ['pricehistory'] },
  /** For 90 seconds after each login only the newest `amount` bars of what was asked. */
  'schwab-cuts-after-login': { weight: 0, targets: ['pricehistory'] },
  /** The prices of that minute's bar are null in every answer. */
  unreadable: { weight: 0, targets: NAMES() },
  /** Nobody trades in the ticker any more. */
  delisted: { weight: 0, targets: NAMES() },
  /** A bar is told with other numbers until some hours before the next open. */
  corrected: { weight: 0, targets: NAMES() },
  /** From that open on the days before are told divided by a ratio, of which `amount` says which. */
  split: { weight: 0, targets: NAMES() },
  /** Of every answer one bar is broken. */
  'schwab-bad-bars': { weight: 1, targets: ['pricehistory'], minutes: [1, 5] },
  /** A bar is told with other numbers for `amount` minutes. */
  restated: { weight: 4, targets: NAMES(), amounts: [1, 25] },
  /** A bar is told `amount` minutes late. */
  'late-bar': { weight: 3, targets: NAMES(), amounts: [1, 25] },
  /** Schwab refuses the refresh token from now on; `amount` 1: the access token as well. */
  revoked: { weight: 5, targets: ['token'], amounts: [0, 1] },
  'access-ended': { weight: 2, targets: ['token'] },
  /** Data calls are refused whatever the token. */
  'no-entitlement': { weight: 1, targets: ['token'], minutes: [2, 60] },
  /** The application's key is refused. */
  'app-refused': { weight: 1, targets: ['token'], minutes: [1, 60] },
  /** Every function is built anew for another application secret; `amount` 1: just when a refreshed token could not be stored. */
  'app-changed': { weight: 3, targets: ['all'], amounts: [0, 1] },
  /** Put into the secret by hand; `amount` 1: just while somebody refreshes the token. */
  'put-by-hand': { weight: 4, targets: ['garbage', 'client-credentials', 'stale', 'future', 'good', 'good'], amounts: [0, 1] },
  /** How the person goes about the next login; `amount`: hours until then. */
  person: { weight: 4, targets: ['late', 'denies', 'slow', 'other-account', 'walks-away', 'clicks-twice'], amounts: [1, 30] },
} satisfies Record<string, KindModel>

export type FaultKind = keyof typeof KINDS

export const FAULT_KINDS = Object.keys(KINDS) as readonly FaultKind[]

function NAMES(): readonly string[] {
  return ['QQQ', 'SPY', 'BRK/B', 'PPLT']
}

const MINUTE = 60_000

/** Of the kinds so many exist in a run: with a tenth of them the rare ones come as often as the frequent ones elsewhere. */
const SHARES = [0.08, 0.2, 0.5, 1]

/** Few in most runs, many in some, of some kinds only, and mostly when there is something to hit. */
export const drawFaults = (shape: Shape, random: Random): readonly Fault[] => {
  const count = pick(random, [0, 2, 4, 6, 8, 10, 14, 20])
  const crashes = chance(random, 0.1) ? whole(random, 10, 40) : 0
  const share = pick(random, SHARES)
  const drawable = FAULT_KINDS.filter((kind) => KINDS[kind].weight > 0)
  const existing = drawable.filter(() => chance(random, share))
  const present = existing.length > 0 ? existing : [pick(random, drawable)]
  const kinds = present.flatMap((kind) => Array.from({ length: KINDS[kind].weight }, () => kind))
  const drawn = [...Array.from({ length: count }, () => pick(random, kinds)), ...Array.from({ length: crashes }, () => 'crash' as const)]
  return drawn.map((kind) => drawFault(kind, shape, random)).toSorted((a, b) => a.at - b.at)
}

const drawFault = (kind: FaultKind, shape: Shape, random: Random): Fault => {
  const { targets, minutes = [0, 0], amounts = [0, 0] }: KindModel = KINDS[kind]
  return {
    kind,
    at: moment(shape, random),
    forMs: Math.round((minutes[0] + random() ** 2 * (minutes[1] - minutes[0])) * MINUTE),
    target: pick(random, targets),
    amount: whole(random, amounts[0], amounts[1]),
  }
}

const moment = ({ days, startAt }: Shape, random: Random): number => {
  const played = days.filter(({ closesAt }) => closesAt > startAt)
  const last = played.at(-1)?.closesAt ?? startAt
  if (chance(random, 0.15)) return Math.floor(startAt + random() * (last + 120 * MINUTE - startAt))
  const { opensAt, closesAt } = pick(random, played)
  const from = Math.max(startAt, opensAt - 5 * MINUTE)
  const until = chance(random, 0.7) ? closesAt : closesAt + 100 * MINUTE
  return Math.floor(from + random() * (until - from))
}
