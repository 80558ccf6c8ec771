import type { Instance } from '../invocation.ts'
import type { World } from '../world.ts'

const MINUTE = 60_000
/** A call may be under way, and a function's clock off, by so much. */
const UNDER_WAY = 25_000

/**
 * No data call without a grant, and in no sixty seconds more calls than there are, counted where they come in. A person who waits is
 * counted and not held back, and while the database is down the keeper asks once a minute whether the token lives.
 */
export const watchBudget = (world: World): void => {
  const { calls, plan, violate, kernel } = world
  const left = new Map<Instance, number>()
  const made: number[] = []
  const isLate = plan.faults.some(({ kind }) => kind === 'skew' || kind === 'slow')
  const span = isLate ? MINUTE - UNDER_WAY : MINUTE
  calls.push(({ instance, target, method, result }) => {
    if (method === 'beginFetch') {
      const { live, backfill } = result as { readonly live: number; readonly backfill: number }
      left.set(instance, (left.get(instance) ?? 0) + live + backfill)
    }
    if (target !== 'schwab' || method === 'token' || instance.fn === 'reauth') return
    if (method === 'quotes' && instance.fn === 'token-keeper' && isStoreTroubled(world)) return
    const rest = (left.get(instance) ?? 0) - 1
    left.set(instance, rest)
    if (rest < 0) violate('request budget', `${instance.fn} calls ${method} without a grant`)
    const now = kernel.now()
    made.push(now)
    while ((made[0] ?? now) <= now - span) made.shift()
    if (made.length > plan.requestsPerMinute) violate('request budget', `${made.length} calls come in within ${span / 1000} seconds`)
  })
}

const isStoreTroubled = ({ plan, kernel }: World): boolean =>
  plan.faults.some(({ target, at, forMs }) => target === 'store' && at <= kernel.now() && kernel.now() < at + forMs + MINUTE)
