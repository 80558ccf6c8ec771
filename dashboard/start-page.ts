import { createClient } from '@supabase/supabase-js'
import { database, DatabaseSilent } from './data/database.ts'
import { realtime } from './data/realtime.ts'
import { stack } from './data/stack.ts'
import type { PageConfig } from './page-config.ts'
import { drawPage } from './shell/draw-page.ts'
import { listenToKeys } from './shell/keys.ts'
import { pageActions } from './state/page-actions.ts'
import { pageClock } from './state/page-clock.ts'
import { pageStore } from './state/page-state.ts'
import { readers } from './state/readers.ts'
import { readSelection } from './state/selection.ts'
import { watch } from './state/watch.ts'

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
  const store = pageStore(readSelection(location.hash), () => page.draw())
  const read = readers(database(client), store)

  const readAll = async (): Promise<void> => {
    const asked = stackHere?.state()
    await Promise.all([
      asked?.then((state) => {
        clock.set(state.now, state.speed)
        store.change({ stack: state })
      }),
      // The first chart needs a ticker, and who has none in the address learns of it by the status.
      store.get().selection.ticker === undefined ? read.status().then(() => read.chart()) : Promise.all([read.status(), read.chart()]),
    ])
    await Promise.all([read.coverage(), read.sparklines(page.wantedSparklines())])
  }
  const watching = watch({
    read: readAll,
    store,
    now: clock.now,
    every: () => (isLocal ? LOCAL : told?.isLive() === true ? TOLD : UNTOLD),
    blame: (error) => ({
      who: error instanceof DatabaseSilent ? 'database' : isLocal ? 'stack' : 'database',
      what: error instanceof Error ? error.message : String(error),
    }),
  })
  const actions = pageActions({ store, read, database: database(client), onTicker: (ticker) => told?.follow(ticker), soon: watching.soon })
  const page = drawPage({ store, clock, actions, isLocal, stack: stackHere, soon: watching.soon })
  let pending: ReturnType<typeof setTimeout> | undefined
  const told = isLocal
    ? undefined
    : realtime(client, () => (pending ??= setTimeout(() => ((pending = undefined), watching.soon()), TOGETHER)))

  listenToKeys({ step: actions.step, focusFilter: page.focusFilter })
  // Ages and countdowns go on without a reading.
  setInterval(page.draw, LOCAL)
  watching.soon()
}
