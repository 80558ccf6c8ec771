import type { World } from '../world.ts'
import { SCHWAB_TIMEOUT } from '../schwab-fetch.ts'

/** No call that cannot be repeated begins when its function may end before it. A person's login counts like a refresh. */
export const watchDeadline = ({ calls, kernel, violate }: World): void => {
  calls.push(({ method, target, invocation, isBelated }) => {
    if (target !== 'schwab' || method !== 'token' || invocation === undefined || isBelated) return
    const left = invocation.endsBy - kernel.now()
    if (left < SCHWAB_TIMEOUT) violate('no refresh begins without the time to end', `${invocation.fn} has ${left} ms left`)
  })
}
