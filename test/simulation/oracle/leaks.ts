import { MARK } from '../schwab-tokens.ts'
import type { World } from '../world.ts'

/** Calls whose arguments are many and never hold a secret by their type. */
const LONG = new Set(['ingest', 'putIndicators', 'beginTick'])

/** No secret in any log line, page, event, message or row. */
export const watchLeaks = ({ lines, calls, violate }: World): void => {
  lines.push((text) => {
    if (text.includes(MARK)) violate('no secret leaks', `in a log line or page: ${text.slice(0, 200)}`)
  })
  calls.push(({ target, method, args }) => {
    if (target === 'schwab' || target === 'secret' || LONG.has(method)) return
    if (JSON.stringify(args).includes(MARK)) violate('no secret leaks', `in ${target}.${method}`)
  })
}
