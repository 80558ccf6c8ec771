import type { Instance } from '../invocation.ts'
import type { World } from '../world.ts'

const MINUTE = 60_000

/** No data call without a grant of its minute, and no more grants in a minute than there are calls. A person who waits is counted and not held back. */
export const watchBudget = ({ calls, plan, violate }: World): void => {
  const left = new Map<Instance, number>()
  const granted = new Map<number, number>()
  calls.push(({ instance, target, method, args, result }) => {
    if (method === 'beginFetch') {
      const { live, backfill } = result as { readonly live: number; readonly backfill: number }
      const minute = Math.floor((args[0] as { readonly now: number }).now / MINUTE)
      const sum = (granted.get(minute) ?? 0) + live + backfill
      granted.set(minute, sum)
      left.set(instance, (left.get(instance) ?? 0) + live + backfill)
      if (sum > plan.requestsPerMinute) violate('request budget', `${sum} calls are granted in one minute`)
    }
    if (target !== 'schwab' || method === 'token' || instance.fn === 'reauth') return
    const rest = (left.get(instance) ?? 0) - 1
    left.set(instance, rest)
    if (rest < 0) violate('request budget', `${instance.fn} calls ${method} without a grant`)
  })
}
