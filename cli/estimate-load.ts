import type { PipelineConfig } from '../shared/domain/pipeline-config.ts'
import { cadenceMinutes } from '../shared/domain/plan-jobs.ts'
import { AWS_PRICES } from './aws-prices.ts'

/** What the estimate takes for granted. Seconds are per invocation, kilobytes of log too. */
export const ASSUMED = {
  sessionMinutes: 390,
  sessionsInMonth: 21,
  minutesInMonth: 30 * 24 * 60,
  /** Reads of a closed session until one changes nothing. */
  fullReads: 2,
  messagesInBatch: 10,
  /** Lambda's pollers of an idle queue, each asking every 20 seconds. */
  pollers: 5,
  pollsInMinute: 3,
  secrets: 2,
  logKilobytes: 2,
  /** Memory as in serverless.yml, gigabytes. */
  scheduler: { memory: 0.5, seconds: 0.5 },
  fetcher: { memory: 0.5, seconds: 2 },
  writer: { memory: 1, seconds: 2 },
} as const

export type Load = {
  readonly tickers: number
  /** Minutes between two visits to a ticker. */
  readonly cadence: number
  /** Calls to Schwab in a minute of a session, live ones. */
  readonly requestsPerMinute: number
  readonly jobsPerDay: number
  readonly month: {
    readonly sqsRequests: number
    readonly invocations: number
    readonly gbSeconds: number
    readonly secretCalls: number
    readonly logGb: number
  }
  /** Dollars a month. */
  readonly cost: {
    readonly lambda: number
    readonly sqs: number
    readonly scheduler: number
    readonly secrets: number
    readonly logs: number
  }
}

/** What so many tickers make of work and cost: a formula, nothing is measured. */
export const estimateLoad = (
  tickers: number,
  limits: Pick<PipelineConfig, 'requestsPerMinute' | 'backfillPerMinute' | 'overlapMinutes'>,
): Load => {
  const a = ASSUMED
  const cadence = cadenceMinutes(tickers, limits)
  const requestsPerMinute = Math.ceil(tickers / cadence)
  const liveBatches = Math.ceil(requestsPerMinute / a.messagesInBatch) * a.sessionMinutes
  const fullBatches = Math.ceil((tickers * a.fullReads) / a.messagesInBatch)
  const batches = (liveBatches + fullBatches) * a.sessionsInMonth
  // Two queues, and for each batch a send, a receive and a delete.
  const sqsRequests = 2 * (3 * batches + a.pollers * a.pollsInMinute * a.minutesInMonth)
  const invocations = a.minutesInMonth + 2 * batches
  const gbSeconds = a.minutesInMonth * gb(a.scheduler) + batches * (gb(a.fetcher) + gb(a.writer))
  const logGb = (invocations * a.logKilobytes) / 1e6
  return {
    tickers,
    cadence,
    requestsPerMinute,
    jobsPerDay: Math.ceil((tickers * a.sessionMinutes) / cadence) + tickers * a.fullReads,
    month: { sqsRequests, invocations, gbSeconds, secretCalls: batches, logGb },
    cost: {
      lambda: invocations * AWS_PRICES.lambdaRequest + gbSeconds * AWS_PRICES.lambdaGbSecond,
      sqs: Math.max(0, sqsRequests - AWS_PRICES.sqsFreeRequests) * AWS_PRICES.sqsRequest,
      scheduler: Math.max(0, a.minutesInMonth - AWS_PRICES.scheduledFreeCalls) * AWS_PRICES.scheduledCall,
      secrets: a.secrets * AWS_PRICES.secretMonth + batches * AWS_PRICES.secretCall,
      logs: Math.max(0, logGb - AWS_PRICES.logFreeGb) * AWS_PRICES.logGb,
    },
  }
}

const gb = ({ memory, seconds }: { readonly memory: number; readonly seconds: number }): number => memory * seconds
