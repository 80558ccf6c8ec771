import type { World } from './world.ts'

const DAY = 24 * 3_600_000

/** What is still to be done: something in a queue, an outage not made good, a session not complete. Undefined: nothing. */
export const unsettled = ({ sqs, store, tickers, plan, kernel }: World): string | undefined => {
  const queue = ['jobs', 'candles', 'auth-dlq'].find((name) => sqs.bodies(name).length > 0)
  if (queue !== undefined) return `${queue} is not empty`
  const outage = store.outages().find(({ restoredAt }) => restoredAt === undefined)
  if (outage !== undefined) return `${outage.id} is ${outage.reauthorizedAt === undefined ? 'open' : 'not restored'}`
  const untold = store.outages().find(({ id }) => !store.published().includes(`reauthorized:${id}`))
  if (untold !== undefined) return `nobody has been told of the end of ${untold.id}`
  const past = plan.days.filter(({ closesAt }) => closesAt > kernel.now() - plan.horizonDays * DAY)
  for (const ticker of tickers.filter((name) => !plan.unknown.includes(name))) {
    const row = store.tickers.get(ticker)
    if (row?.dirty !== undefined) return `${ticker} waits for its indicators`
    const day = past.find(({ date }) => row?.sessions.get(date)?.completedAt === undefined)
    if (day !== undefined) return `${ticker} on ${day.date} is not complete`
  }
  for (const { date, closesAt } of plan.unlisted)
    if (
      closesAt > kernel.now() - plan.horizonDays * DAY &&
      !tickers.some((ticker) => store.tickers.get(ticker)?.sessions.get(date)?.completedAt !== undefined)
    )
      return `${date} is not read as closed`
  return undefined
}
