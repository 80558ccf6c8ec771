import { AWS_PRICES } from './aws-prices.ts'
import type { Command } from './command.ts'
import { ASSUMED, estimateLoad } from './estimate-load.ts'
import { countOf, parseOptions } from './parse-options.ts'
import { textTable } from './text-table.ts'

const HELP = `Says what the tickers make of work, and what AWS asks for it in a month. A formula: nothing is measured.

kite capacity [--tickers N] [--data DIR]

  --tickers N   for so many tickers (default: those of pipeline.yml)
  --data DIR    with the pipeline.yml of a local stack
`

const NOT_COUNTED = `Not counted: Supabase, data transfer, log storage, metrics and alarms (ten of each are free), the first filling of a new ticker, retries.
Lambda's free tier is not subtracted; those of SQS, EventBridge Scheduler and CloudWatch logs are.
`

/** `kite capacity` */
export const capacity: Command = {
  name: 'capacity',
  group: 'see',
  summary: 'how often each ticker is visited, and what a month costs',
  help: HELP,
  run: async (args, deps) => {
    const options = parseOptions(args, { tickers: { type: 'string' }, data: { type: 'string' } })
    const asked = countOf('--tickers', options.tickers, 1_000_000)
    const config = deps.loadConfig(options.data)
    const load = estimateLoad(asked ?? config.tickers.length, config)
    const { month, cost } = load
    const total = Object.values(cost).reduce((sum, value) => sum + value, 0)
    const live = config.requestsPerMinute - config.backfillPerMinute
    await deps.print(
      textTable(
        [
          ['Tickers', whole(load.tickers)],
          ['Requests to Schwab in a minute of a session', `${whole(load.requestsPerMinute)} of ${whole(live)}`],
          ['Each ticker is visited every', load.cadence === 1 ? 'minute' : `${whole(load.cadence)} minutes`],
          ['Jobs in a day', whole(load.jobsPerDay)],
          ['SQS requests in a month', whole(month.sqsRequests)],
          ['Lambda invocations in a month', whole(month.invocations)],
          ['Lambda GB-seconds in a month', whole(month.gbSeconds)],
          ['Lambda', dollars(cost.lambda)],
          ['SQS', dollars(cost.sqs)],
          ['EventBridge Scheduler', dollars(cost.scheduler)],
          ['Secrets Manager', dollars(cost.secrets)],
          ['CloudWatch logs', dollars(cost.logs)],
          ['AWS in a month', dollars(total)],
        ],
        1,
      ),
    )
    if (load.cadence > 60) await deps.print(`\nThat is less than once an hour: pipeline.yml refuses so many tickers.\n`)
    await deps.print(`\n${assumptions()}${NOT_COUNTED}`)
    return 0
  },
}

const assumptions = (): string =>
  `Prices of ${AWS_PRICES.region}, ${AWS_PRICES.asOf} (cli/aws-prices.ts). Taken for granted: ${ASSUMED.sessionsInMonth} sessions a month of ${ASSUMED.sessionMinutes} minutes, full batches of
${ASSUMED.messagesInBatch}, ${ASSUMED.scheduler.seconds} s for a tick, ${ASSUMED.fetcher.seconds} s for a batch of the fetcher and ${ASSUMED.writer.seconds} s of the writer, ${ASSUMED.fullReads} full reads of a session, ${ASSUMED.logKilobytes} KB of log for an invocation.
`

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
const dollars = (value: number): string => `$${value.toFixed(2)}`
