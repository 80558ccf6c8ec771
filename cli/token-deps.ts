import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { TokenDeps } from '../shared/token/token-deps.ts'
import type { Pipeline } from './pipeline.ts'
import { silent } from './silent.ts'

/** What the token's life depends on, for a person at this machine. */
export const tokenDeps = async (pipeline: Pipeline): Promise<TokenDeps> => {
  const [app, store, schwab] = [await pipeline.app(), await pipeline.store(), await pipeline.schwab()]
  return {
    secret: pipeline.secret,
    endpoint: schwab.endpoint,
    proof: schwab.proof,
    book: store,
    notices: store,
    leases: store,
    budget: store,
    verdicts: store,
    limits: pipeline.config,
    events: pipeline.events,
    // Only an announcement of a death has a link, and no command finds a token dead: where the address is not known, nobody misses it.
    mail: { reauthUrl: (await pipeline.reauthUrl()) ?? '', signingKey: app.signingKey, tickers: pipeline.config.tickers },
    holder: `kite-${randomUUID()}`,
    clock: pipeline.clock,
    // Nobody stops a command before its time.
    timeLeft: () => Infinity,
    unsaved: { token: undefined },
    pause: (milliseconds) => pause(milliseconds),
    log: silent,
  }
}
