import { createClient } from '@supabase/supabase-js'
import { database, DatabaseSilent } from './data/database.ts'
import { type Changed, realtime } from './data/realtime.ts'
import { stack } from './data/stack.ts'
import type { PageConfig } from './page-config.ts'
import { drawPage } from './shell/draw-page.ts'
import { listenToKeys } from './shell/keys.ts'
import { pageActions } from './state/page-actions.ts'
import { pageClock } from './state/page-clock.ts'
import { pageStore } from './state/page-state.ts'
import { readers } from './state/readers.ts'
import { readSelection } from './state/selection.ts'
import { watch, type WatchOptions } from './state/watch.ts'

/** Milliseconds between two readings: of the stack on this machine, and of a hosted database that tells of changes or does not. */
const LOCAL = 1_000
const TOLD = 60_000
const UNTOLD = 10_000
/** A burst of changes is one reading. */
const TOGETHER = 250

/** Reads what there is to see and draws it, until the page is closed. */
export const startPage = (config: PageConfig): void => {
  const isLocal = config.mode === 'local'
  const client = createClient(config.supabaseUrl, config.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  })
  const clock = pageClock(Date.now, () => performance.now())
  const stackHere = isLocal ? stack(fetch.bind(globalThis)) : undefined
  const store = pageStore(readSelection(location.hash), () => {
    const { ticker } = store.get().selection
    if (ticker !== undefined) told?.follow(ticker)
    page.draw()
  })
  const read = readers({ database: database(client), store, now: clock.now, onNewMinute: clock.correct })

  const readStatus = async (): Promise<void> => {
    const asked = stackHere?.state().then((state) => {
      clock.set(state.now, state.rate)
      store.change({ stack: state })
    })
    const hadTicker = store.get().selection.ticker !== undefined
    await Promise.all([asked, read.status()])
    // Who has no ticker in the address learns of one by the status.
    if (!hadTicker) charts.soon()
    await Promise.all([read.coverage(), read.sparklines(page.wantedSparklines())])
  }
  const common: Pick<WatchOptions, 'store' | 'now' | 'every' | 'blame'> = {
    store,
    now: clock.now,
    every: () => (isLocal ? LOCAL : told?.isLive() === true ? TOLD : UNTOLD),
    blame: (error) => ({
      // Locally the database is behind the stack's own address: where nothing answers at all, there is no stack.
      who: isLocal && (!(error instanceof DatabaseSilent) || error.status === 0) ? 'stack' : 'database',
      what: error instanceof Error ? error.message : String(error),
    }),
  }
  const statuses = watch({ ...common, reading: 'status', read: readStatus })
  const charts = watch({ ...common, reading: 'chart', read: read.chart })
  const actions = pageActions({ store, database: database(client), soon: charts.soon })
  const page = drawPage({ store, clock, actions, isLocal, stack: stackHere, soon: statuses.soon })
  const told = isLocal ? undefined : realtime(client, together({ chart: charts.soon, status: statuses.soon }, TOGETHER))

  addEventListener('hashchange', () => actions.goToAddress(location.hash))
  listenToKeys({ step: actions.step, focusFilter: page.focusFilter })
  // Ages and countdowns go on without a reading.
  setInterval(page.draw, LOCAL)
  statuses.soon()
  charts.soon()
}

/** Calls what belongs to a change once for all that come within `ms`. */
const together = (calls: Readonly<Record<Changed, () => void>>, ms: number): ((changed: Changed) => void) => {
  const waiting = new Set<Changed>()
  return (changed) => {
    if (waiting.has(changed)) return
    waiting.add(changed)
    setTimeout(() => {
      waiting.delete(changed)
      calls[changed]()
    }, ms)
  }
}
