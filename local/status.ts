import { newYorkDate, newYorkTime } from '../shared/domain/new-york.ts'
import type { BusEvent } from './aws/bus-event.ts'
import { sessionToday } from './market.ts'
import type { Run } from './open-run.ts'
import { newestLink } from './person/newest-link.ts'
import type { Control } from './schwab/control.ts'
import type { LocalSqs } from './stack/sqs.ts'
import type { Status } from './status-page.ts'
import type { Stored } from './stored.ts'

export type StatusOptions = {
  readonly run: Run
  readonly sqs: Pick<LocalSqs, 'depth'>
  readonly queues: readonly { readonly name: string }[]
  readonly reader: Stored
  readonly schwab: Pick<Control, 'counters'>
  /** The newest events on the bus, oldest first. */
  readonly events: (limit: number) => readonly BusEvent[]
}

const SHOWN_EVENTS = 8
/** Enough to find the link of an outage that lasts for weeks. */
const LOOKED_AT = 200

/** What the status page shows. */
export const currentStatus = async ({ run, sqs, queues, reader, schwab, events }: StatusOptions): Promise<Status> => {
  const { clock, market, state } = run
  const now = clock.now()
  const today = sessionToday(market.calendar, now)
  const tickers = await Promise.all(
    run.tickers.current().map(async (ticker) => {
      const times = today === undefined ? [] : await reader.candleTimes(ticker, { from: today.opensAt, to: today.closesAt })
      const last = times.at(-1)
      return { ticker, candles: times.length, last: last === undefined ? undefined : `${newYorkTime(last)} New York` }
    }),
  )
  const recent = events(LOOKED_AT)
  const outage = (await reader.outages()).findLast(({ restoredAt }) => restoredAt === undefined)
  return {
    now: textOf(now),
    speed: clock.speed,
    market: `Playing ${market.description}.`,
    token: (await reader.tokenState()) ?? 'not looked at yet',
    outage: outage && {
      since: textOf(outage.startedAt),
      reason: outage.reason,
      link: outage.reauthorizedAt === undefined ? newestLink(recent) : undefined,
    },
    tickers,
    queues: queues.map(({ name }) => ({ name, ...sqs.depth(name) })),
    events: recent
      .slice(-SHOWN_EVENTS)
      .toReversed()
      .map((event) => ({ at: textOf(Date.parse(event.time)), type: event['detail-type'] })),
    counters: { ...state.counters, ...schwab.counters() },
  }
}

const textOf = (at: number): string => `${newYorkDate(at)} ${newYorkTime(at)}`
