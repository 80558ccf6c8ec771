import type { BusEvent } from './aws/bus-event.ts'
import { eventCounts } from './event-counts.ts'
import type { Storing } from './max-lag.ts'
import type { Run } from './open-run.ts'
import type { Control } from './schwab/control.ts'
import type { QueueDepth } from './stack/sqs.ts'
import type { Stored } from './stored.ts'
import { summarize } from './summary.ts'

export type ReportOptions = {
  readonly run: Run
  readonly reader: Stored
  readonly schwab: Pick<Control, 'counters'>
  /** All of the run. */
  readonly events: readonly BusEvent[]
  /** The most versions of the token's secret that were stored within a day. */
  readonly secretVersions: number
  /** What is left in auth-dlq. */
  readonly parkedNow: QueueDepth
  /** When candles were stored. */
  readonly storings: readonly Storing[]
  /** What is in the dead-letter queues of jobs and candles. */
  readonly deadLettered: number
}

/** The last line of a run that was played to its end, and what is wrong with it: nothing, when everything is complete. */
export const reportRun = async ({
  run,
  reader,
  schwab,
  events,
  secretVersions,
  parkedNow,
  storings,
  deadLettered,
}: ReportOptions): Promise<{ readonly line: string; readonly complaints: readonly string[] }> => {
  const { market, state } = run
  const removed = new Set(state.tickers.removed)
  const played = market.played().map(({ session, tickers }) => ({ session, tickers: tickers.filter((ticker) => !removed.has(ticker)) }))
  const outages = await reader.outages()
  const { summary, incomplete } = await summarize({
    reader,
    source: market.bars,
    played,
    calls: schwab.counters(),
    state,
    storings,
  })
  const left = parkedNow.visible + parkedNow.inFlight + parkedNow.delayed
  const complaints = [
    ...incomplete,
    ...(summary.duplicates > 0 ? [`${summary.duplicates} candles are stored twice`] : []),
    ...outages
      .filter(({ restoredAt }) => restoredAt === undefined)
      .map(({ id, startedAt, reauthorizedAt }) => {
        const since = `outage ${id} since ${new Date(startedAt).toISOString()}`
        return reauthorizedAt === undefined ? `${since}: nobody has logged in` : `${since}: the login is done, the feed is not restored`
      }),
    ...(left > 0 ? [`${left} parked jobs are left in auth-dlq`] : []),
  ]
  const { reauthRequired, reminders, warnings, folded, redriven, sentNotDeleted, feedRestored } = eventCounts(events)
  const { refreshes, callsWhileDead } = schwab.counters()
  const { seconds, ...rest } = summary
  const line = {
    ...rest,
    outages: outages.length,
    reauthRequired,
    reminders,
    warnings,
    parked: state.counters.parked,
    deadLettered,
    folded,
    redriven,
    sentNotDeleted,
    refreshes,
    secretVersions,
    callsWhileDead,
    setAside: (await reader.setAside()).length,
    feedRestored,
    seconds,
  }
  return { line: JSON.stringify(line), complaints }
}
