import type { World } from '../world.ts'
import { readJson, sentBy } from './seen-messages.ts'

const HOUR = 3_600_000
/** What becomes of a message because of what went on around it, and not because of what it says. */
const PASSING = /UNAVAILABLE|RATE_LIMITED|BUSY|SPENT|OUT_OF_TIME|TIMED_OUT|CONTENDED|REFUSED|UNREADABLE/
/** Each process may find out for itself that the database gives a message up. */
const ENOUGH = 8

type Sent = { readonly MessageAttributes?: { readonly reason?: { readonly StringValue?: string } } }
type Batch = { readonly ticker?: string; readonly fetchedAt?: number; readonly candles?: readonly unknown[] }

/** No message is given up for what passes within the hour, and none is sent to the database again and again as long as it was given up. */
export const watchTries = ({ calls, givenUp, kernel, violate }: World): void => {
  calls.push(({ target, method, args, result }) => {
    const sent = target === 'sqs' ? sentBy(method, args, result) : undefined
    if (sent?.queue !== 'jobs-dlq' && sent?.queue !== 'candles-dlq') return
    const reason = (args[0] as Sent).MessageAttributes?.reason?.StringValue ?? ''
    const [body = ''] = sent.bodies
    const { plannedAt, fetchedAt } = (readJson(body) ?? {}) as { readonly plannedAt?: string; readonly fetchedAt?: string }
    const age = kernel.now() - Date.parse(plannedAt ?? fetchedAt ?? '')
    if (PASSING.test(reason) && age < HOUR)
      violate('tries are bounded by time', `${reason} after ${Math.round(age / 1000)} s: ${body.slice(0, 100)}`)
  })
  const times = new Map<string, number>()
  givenUp.push(([batches]) => {
    const [batch, ...others] = batches as readonly Batch[]
    if (batch?.candles === undefined || batch.candles.length < 2 || others.length > 0) return
    const key = `${batch.ticker} ${batch.fetchedAt} ${batch.candles.length}`
    times.set(key, (times.get(key) ?? 0) + 1)
    if (times.get(key) === ENOUGH) violate('what takes too long is done in parts', `${key} bars were given up ${ENOUGH} times`)
  })
}
