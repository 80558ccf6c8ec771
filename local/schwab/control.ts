import type { Counters } from './counters.ts'
import { Fault, type FaultName, type FaultSetting } from './faults/fault.ts'
import type { SchwabFaults } from './faults/schwab-faults.ts'
import type { GrantBook } from './grants.ts'
import { ACCOUNTS } from './login-page.ts'
import { tokenBody } from './token-endpoint.ts'

/** The hand on the simulator's switches; `/_sim/` offers the same over HTTP. */
export type Control = {
  /**
   * Makes something go wrong from now on. `expire-access` and `revoke-refresh` without until, times and rate act at once on all
   * tokens and are then over; every other fault stays until its end, or until it is cleared. A fault of the same name is replaced.
   * @throws ZodError for a setting that makes no sense
   */
  play(setting: FaultSetting): void
  clear(name: FaultName): void
  clearAll(): void
  faults(): readonly Fault[]
  counters(): {
    readonly requests: number
    readonly candleRequests: number
    readonly maxRequestsPerMinute: number
    readonly tokenRequests: number
    readonly refreshes: number
    readonly callsWhileDead: number
  }
  /** Says that the token is dead, or is no more: `callsWhileDead` counts the calls for prices in between. */
  setDead(dead: boolean): void
  /** A login without the pages: the body that the token endpoint would answer. Earlier refresh tokens die, as after any login. */
  logIn(): ReturnType<typeof tokenBody>
  /** Writes the state file now. */
  flush(): void
}

type Parts = { readonly faults: SchwabFaults; readonly grants: GrantBook; readonly counters: Counters; readonly clock: () => number }

export const controlOf = ({ faults, grants, counters: { counts, setDead }, clock }: Parts, flush: () => void): Control => ({
  play: (setting) => {
    const isAtOnce = setting.until === undefined && setting.times === undefined && setting.rate === undefined
    const fault = faults.set(begun(Fault.parse(setting), clock()))
    if (!isAtOnce) return
    if (fault.fault === 'expire-access') grants.expireAccess()
    else if (fault.fault === 'revoke-refresh') grants.revokeRefresh(fault.body)
    else return
    faults.clear(fault.fault)
  },
  clear: (name) => faults.clear(name),
  clearAll: () => faults.clearAll(),
  faults: () => faults.list().map(({ fault }) => fault),
  counters: () => ({
    requests: counts.requests,
    candleRequests: counts.candleRequests,
    maxRequestsPerMinute: counts.maxRequestsPerMinute,
    tokenRequests: counts.tokenRequests,
    refreshes: counts.refreshes,
    callsWhileDead: counts.callsWhileDead,
  }),
  setDead,
  logIn: () => {
    const issued = grants.redeemCode(grants.issueCode('', ACCOUNTS[0]), '')
    if (issued === undefined) throw new Error('a code that was just issued is refused')
    return tokenBody(issued)
  },
  flush,
})

/** Some faults go by the moment at which they began. */
const begun = (fault: Fault, now: number): Fault =>
  fault.fault === 'split' || (fault.fault === 'data-endpoint' && fault.answer === 'stale') ? { ...fault, since: fault.since ?? now } : fault
