import type { Stored } from './stored.ts'
import { newYorkDate, newYorkTime } from '../shared/domain/new-york.ts'
import type { SimulatedClock } from './clock/simulated-clock.ts'
import { sessionToday, type Market } from './market.ts'
import type { RunState } from './run-state.ts'
import type { Control } from './schwab/control.ts'
import type { LocalSqs } from './stack/sqs.ts'
import type { Status } from './status-page.ts'

export type StatusOptions = {
  readonly clock: SimulatedClock
  readonly market: Market
  readonly state: RunState
  readonly sqs: Pick<LocalSqs, 'depth'>
  readonly queues: readonly { readonly name: string }[]
  readonly reader: Stored
  readonly schwab: Pick<Control, 'counters'>
}

/** What the status page shows. */
export const currentStatus = async ({ clock, market, state, sqs, queues, reader, schwab }: StatusOptions): Promise<Status> => {
  const now = clock.now()
  const today = sessionToday(market.calendar, now)
  const tickers = await Promise.all(
    market.tickers(state.span).map(async (ticker) => {
      const times = today === undefined ? [] : await reader.candleTimes(ticker, { from: today.opensAt, to: today.closesAt })
      const last = times.at(-1)
      return { ticker, candles: times.length, last: last === undefined ? undefined : `${newYorkTime(last)} New York` }
    }),
  )
  return {
    now: `${newYorkDate(now)} ${newYorkTime(now)}`,
    speed: clock.speed,
    market: `Playing ${market.description}.`,
    tickers,
    queues: queues.map(({ name }) => ({ name, ...sqs.depth(name) })),
    counters: { ...state.counters, ...schwab.counters() },
  }
}
