import type { Charge } from './aws-prices.ts'
import { ASSUMED } from './assumed-month.ts'
import { databaseLoad, type DatabaseLoad } from './database-load.ts'
import { functionLoads, type FunctionLoad } from './function-loads.ts'
import { monthOfWork, type Limits, type MonthOfWork } from './month-of-work.ts'

export type Load = {
  readonly tickers: number
  /** Minutes between two visits to a ticker. */
  readonly cadence: number
  /** Calls to Schwab in a minute of a session, live ones. */
  readonly requestsPerMinute: number
  /** Windows fetched in a day with a session: each is a request to Schwab, a message on jobs and one on candles. */
  readonly jobsPerDay: number
  readonly requestsInMonth: number
  readonly functions: readonly FunctionLoad[]
  /** What AWS charges for in a month, in the units of AWS_PRICES. */
  readonly month: Readonly<Record<Charge, number>>
  readonly database: DatabaseLoad
}

const GB = 1e9

/** What so many tickers make of work in a month in which nothing breaks: a formula over `ASSUMED` and `WORK`. */
export const estimateLoad = (tickers: number, limits: Limits): Load => {
  const a = ASSUMED
  const work = monthOfWork(tickers, limits)
  const functions = functionLoads(tickers, work)
  const requestsInMonth = work.live.reads + work.full.reads
  const logGb = total(functions, ({ logBytes }) => logBytes) / GB
  return {
    tickers,
    cadence: work.cadence,
    requestsPerMinute: work.requestsPerMinute,
    jobsPerDay: requestsInMonth / a.sessionsInMonth,
    requestsInMonth,
    functions,
    month: {
      lambdaRequests: total(functions, ({ invocations }) => invocations),
      lambdaGbSeconds: total(functions, ({ gbSeconds }) => gbSeconds),
      sqsRequests: sqsRequests(work),
      scheduledCalls: 2 * work.minutes + work.redrives,
      customEvents: a.eventsInMonth,
      archivedGb: (a.eventsInMonth * a.bytesOfEvent) / GB,
      secrets: a.secrets,
      secretCalls: secretCalls(
        work,
        total(functions, ({ coldStarts }) => coldStarts),
      ),
      logGbTaken: logGb,
      // Kept for thirty days.
      logGbKept: logGb,
      metrics: a.metrics,
      alarms: a.alarms,
      dashboards: a.dashboards,
      httpCalls: work.pages,
      mails: a.eventsInMonth,
      sentGb: (requestsInMonth * a.bytesSentOfVisit) / GB,
      bucketGb: a.bucketGb,
    },
    database: databaseLoad(tickers, work),
  }
}

/** What the scheduler sends; then for each of two queues a receive and a delete of every batch, the fetcher's sends, and Lambda's polls of what is empty. */
const sqsRequests = ({ minutes, sessionMinutes, requestsPerMinute, live, full, redrives }: MonthOfWork): number => {
  const a = ASSUMED
  const scheduler = Math.ceil(requestsPerMinute / a.messagesInSend) * sessionMinutes + Math.ceil(full.reads / a.messagesInSend)
  const jobs = 2 * (live.batches + full.batches)
  const fullParts = Math.ceil((a.messagesInBatch * a.bytesOfFullSession) / a.bytesInSqsRequest)
  const candles = 3 * live.batches + (2 * fullParts + 1) * full.batches
  const polls = 2 * a.pollers * a.pollsInMinute * minutes
  // The scheduler counts six queues every minute at most (a dead-letter queue that was empty every five), token-keeper the parked jobs, and the redriver whenever it runs.
  return scheduler + jobs + candles + polls + 7 * minutes + redrives
}

/** Token-keeper's looks and refreshes, the fetchers' looks at the token, and the looks of all at the application's secret. */
const secretCalls = ({ minutes, sessionMinutes, refreshes, redrives, environments }: MonthOfWork, coldStarts: number): number => {
  const a = ASSUMED
  const keeper = minutes * a.secretCallsInMinute + refreshes * a.secretCallsOfRefresh
  // Fetchers look at both secrets, writers at one; the scheduler and token-keeper all day, and the redriver whenever it runs.
  const inSession = (3 * environments * sessionMinutes) / a.minutesBetweenSecretReads
  const allDay = (2 * minutes) / a.minutesBetweenSecretReads + redrives
  return keeper + inSession + allDay + coldStarts
}

const total = (functions: readonly FunctionLoad[], of: (load: FunctionLoad) => number): number =>
  functions.reduce((sum, load) => sum + of(load), 0)
