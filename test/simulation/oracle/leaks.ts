import { MARK } from '../schwab-tokens.ts'
import type { World } from '../world.ts'

/** Calls whose arguments are numbers and names by their type. */
const PLAIN = new Set(
  ['ingest', 'putIndicators', 'beginTick', 'beginFetch', 'takeLease', 'releaseLease', 'recovery', 'claimSessions', 'tokenHistory'].concat(
    ['ReceiveMessage', 'DeleteMessageBatch', 'GetQueueAttributes', 'ChangeMessageVisibility'].map((name) => `${name}Command`),
  ),
)

/** No secret in any log line, page, event, message or row. */
export const watchLeaks = ({ lines, calls, violate }: World): void => {
  lines.push((text) => {
    if (text.includes(MARK)) violate('no secret leaks', `in a log line or page: ${text.slice(0, 200)}`)
  })
  calls.push(({ target, method, args }) => {
    if (target === 'schwab' || target === 'secret' || args.length === 0 || PLAIN.has(method)) return
    if (JSON.stringify(args).includes(MARK)) violate('no secret leaks', `in ${target}.${method}`)
  })
}
