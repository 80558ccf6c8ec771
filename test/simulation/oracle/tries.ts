import type { World } from '../world.ts'
import { readJson, sentBy } from './seen-messages.ts'

const HOUR = 3_600_000
/** What becomes of a message because of what went on around it, and not because of what it says. */
const PASSING = /UNAVAILABLE|RATE_LIMITED|BUSY|SPENT|OUT_OF_TIME|TIMED_OUT|CONTENDED|REFUSED|UNREADABLE/
/** So long a process knows at least what was too much for the database. */
const KNOWN = 9 * 60_000

type Sent = { readonly MessageAttributes?: { readonly reason?: { readonly StringValue?: string } } }
type Batch = { readonly ticker?: string; readonly fetchedAt?: number; readonly candles?: readonly unknown[] }

/** No message is given up for what passes within the hour, and none is sent to the database again and again as long as it was given up. */
export const watchTries = ({ calls, givenUp, kernel, plan, violate }: World): void => {
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
  // What a process knows is lost when it is built anew.
  if (plan.faults.some(({ kind }) => kind === 'app-changed')) return
  const lastAt = new Map<string, number>()
  givenUp.push(([batches], by) => {
    const [batch, ...others] = batches as readonly Batch[]
    if (batch?.candles === undefined || batch.candles.length < 2 || others.length > 0) return
    const key = `${by.id} ${batch.ticker} ${batch.fetchedAt} ${batch.candles.length}`
    if (kernel.now() - (lastAt.get(key) ?? -Infinity) < KNOWN)
      violate('what takes too long is done in parts', `${by.fn}#${key} bars were given up twice`)
    lastAt.set(key, kernel.now())
  })
}
