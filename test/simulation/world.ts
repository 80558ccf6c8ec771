import { seededRandom, type Random } from '../../local/schwab/seeded-random.ts'
import { memoryEventBus, type MemoryEventBus } from '../fakes/memory-event-bus.ts'
import { memorySecret, type MemorySecret } from '../fakes/memory-secret.ts'
import { memorySqs, type MemorySqs } from '../fakes/memory-sqs.ts'
import { memoryStore, type MemoryStore } from '../fakes/memory-store.ts'
import { storeOver, type Store } from '../../shared/adapters/supabase.ts'
import { outageIdOf } from '../../shared/domain/outage-id.ts'
import { memoryTokenBook } from '../fakes/memory-token-book.ts'
import { faultBoard, type FaultBoard } from './fault-board.ts'
import { QUEUES } from './function-models.ts'
import type { Call, Instance } from './invocation.ts'
import { startKernel, type Kernel } from './kernel.ts'
import { openMarket, type Market } from './market.ts'
import type { Plan } from './plan.ts'
import { STORE_METHODS } from './store-methods.ts'
import type { SqlDatabase } from './sql/database.ts'
import { twinStore } from './sql/twin-store.ts'
import { schwabTokens, type SchwabTokens } from './schwab-tokens.ts'

/** Something that must not have happened. */
export type Violation = { readonly rule: string; readonly text: string }

/** Everything there is in a run, and who looks on. */
export type World = {
  readonly plan: Plan
  readonly kernel: Kernel
  readonly random: Random
  readonly faults: FaultBoard
  readonly market: Market
  readonly tokens: SchwabTokens
  readonly sqs: MemorySqs
  /** What the oracle looks at. */
  readonly store: MemoryStore
  /** What the functions call: the same, or the SQL with it as its twin. */
  readonly database: Store
  readonly secret: MemorySecret
  readonly bus: MemoryEventBus
  /** The symbols of the configuration, which a deployment may change. */
  tickers: readonly string[]
  readonly calls: ((call: Call) => void)[]
  readonly lines: ((text: string) => void)[]
  /** Who is asking Schwab for a new token. */
  readonly refreshing: Set<Instance>
  /** No token can be stored before, whoever tries: epoch milliseconds. */
  storesNothingUntil: number
  /** Told of each call that the database gave up. */
  readonly givenUp: ((args: readonly unknown[], by: Instance) => void)[]
  readonly violate: (rule: string, text: string) => void
  readonly violations: Violation[]
  /** Undefined unless somebody wants to read it. */
  readonly trace: ((text: string) => void) | undefined
}

/** The rule that the SQL and its model come to the same. */
export const SAME = 'the SQL does as its model'

/** Enough to know what is wrong. */
const MOST_VIOLATIONS = 20

/** @param sql an empty database, if the functions are to call the SQL */
export const openWorld = (plan: Plan, trace?: (text: string) => void, sql?: SqlDatabase): World => {
  const random = seededRandom(plan.seed * 7 + 1)
  const kernel = startKernel(plan.startAt, random)
  const violations: Violation[] = []
  const choose = (count: number): number => (plan.reorders ? Math.floor(random() * count) : 0)
  const tell = trace && ((text: string): void => trace(`${new Date(kernel.now()).toISOString()} ${text}`))
  const violate: World['violate'] = (rule, text) => {
    if (violations.length < MOST_VIOLATIONS) violations.push({ rule, text: `${new Date(kernel.now()).toISOString()} ${text}` })
    tell?.(`VIOLATION ${rule}: ${text}`)
  }
  const store = memoryStore(memoryTokenBook(outageIdOf))
  return {
    plan,
    kernel,
    random,
    faults: faultBoard(plan.faults, kernel.now),
    market: openMarket(plan),
    tokens: schwabTokens(plan, kernel.now),
    sqs: memorySqs(QUEUES, kernel.now, choose),
    store,
    database: sql === undefined ? store : twinStore(storeOver(sql.rpc), store, STORE_METHODS, kernel, (text) => violate(SAME, text)),
    secret: memorySecret(undefined, kernel.now),
    bus: memoryEventBus(),
    tickers: [...plan.tickers, ...plan.unknown],
    calls: [],
    lines: [],
    refreshing: new Set(),
    storesNothingUntil: 0,
    givenUp: [],
    violations,
    trace: tell,
    violate,
  }
}
