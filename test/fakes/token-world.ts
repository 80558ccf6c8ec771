import { setImmediate } from 'node:timers/promises'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { tokenOfLogin } from '../../shared/domain/next-token.ts'
import { formatToken, parseToken, type Token } from '../../shared/domain/token.ts'
import type { KeeperDeps } from '../../functions/token-keeper/keeper-deps.ts'
import { memoryEventBus, type MemoryEventBus } from './memory-event-bus.ts'
import { memorySchwabToken, type MemorySchwabToken } from './memory-schwab-token.ts'
import { memorySecret, type MemorySecret } from './memory-secret.ts'
import { memoryTokenBook, type MemoryTokenBook } from './memory-token-book.ts'
import { memoryVerdicts } from './memory-verdicts.ts'

/** Tuesday, 12 January 2026, 11:00 in New York. */
export const START = Date.parse('2026-01-13T16:00:00Z')

/** Everything around a token, in memory: a person has just logged in, which is all that the database knows. */
export type TokenWorld = {
  now: number
  /** Calls that this minute's budget still grants. */
  calls: number
  /** Jobs that wait in auth-dlq. */
  parked: number
  logged: string
  readonly schwab: MemorySchwabToken
  readonly secret: MemorySecret
  readonly book: MemoryTokenBook
  readonly bus: MemoryEventBus
  /** The dependencies of one more process. */
  instance(over?: Partial<KeeperDeps>): KeeperDeps
  stored(): Promise<Token & { readonly versionId: string }>
  /** The types of the events that were published, in order. */
  types(): readonly string[]
  events(type: string): readonly Readonly<Record<string, unknown>>[]
  /** A token file of a new login, as a person would put it by hand. */
  loginFile(account?: string): string
}

export const SIGNING_KEY = 'secret-signing-key-of-32-characters'

export const tokenWorld = (book = memoryTokenBook()): TokenWorld => {
  const verdicts = memoryVerdicts(new Map())
  const bus = memoryEventBus()
  const clock = (): number => world.now
  const secret = memorySecret(undefined, clock)
  const schwab = memorySchwabToken(clock)
  let instances = 0
  const world: TokenWorld = {
    now: START,
    calls: Infinity,
    parked: 0,
    logged: '',
    schwab,
    secret,
    book,
    bus,
    loginFile: (account) => formatToken(tokenOfLogin(schwab.logIn(account), world.now)),
    instance: (over = {}) => ({
      secret,
      endpoint: schwab.endpoint,
      proof: schwab.proof,
      book,
      notices: book,
      leases: book,
      events: bus,
      clock,
      verdicts,
      budget: {
        beginFetch: async ({ live }) => {
          const granted = Math.min(live, world.calls)
          world.calls -= granted
          return { live: granted, backfill: 0, deadVersion: book.look().deadVersion }
        },
      },
      limits: { requestsPerMinute: 120, backfillPerMinute: 20 },
      mail: { reauthUrl: 'https://login.example.org', signingKey: SIGNING_KEY, tickers: ['QQQ', 'SPY'] },
      holder: `instance-${++instances}`,
      timeLeft: () => Infinity,
      unsaved: { token: undefined },
      pause: async () => {
        await setImmediate()
      },
      log: (event, fields) => {
        world.logged += `${JSON.stringify({ event, ...fields })}\n`
      },
      calendar: marketCalendar(),
      parked: { depth: async () => world.parked },
      ...over,
    }),
    stored: async () => {
      const { versionId, value } = await secret.current()
      return { ...parseToken(value), versionId }
    },
    types: () => bus.published.map(({ type }) => type),
    events: (wanted) => bus.published.flatMap(({ type, detail }) => (type === wanted ? [detail] : [])),
  }
  const version = secret.putCurrent(world.loginFile())
  const { loggedInAt, accessExpiresAt } = tokenOfLogin({ accessToken: 'any', refreshToken: 'any' }, START)
  void book.recordProven({ version, how: 'login', now: START, loggedInAt, accessExpiresAt, refreshExpiresAt: undefined })
  void book.markPublished(`reauthorized:${version}`, START)
  return world
}
