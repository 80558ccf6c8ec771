import { ASSUMED } from './assumed-month.ts'
import type { Bill } from './aws-bill.ts'
import { AWS_PRICES, type Price } from './aws-prices.ts'
import { auditMinutes, type CapacityLimit } from './capacity-limits.ts'
import { SUPABASE } from './database-load.ts'
import type { Load } from './estimate-load.ts'
import { CORE_SLOWNESS, ROUND_TRIP_MS } from './function-work.ts'
import type { Limits } from './month-of-work.ts'
import { textTable } from './text-table.ts'

export type Capacity = { readonly load: Load; readonly bill: Bill; readonly limits: readonly CapacityLimit[] }

/** The estimate for people. */
export const capacityText = ({ load, bill, limits }: Capacity, config: Limits): string =>
  [work(load, config), functionTable(load), billTable(bill), totals(bill), database(load), limitTable(load, limits), basis()].join('\n')

/** For programs. Dollars a month; seconds of an average invocation. */
export const capacityJson = ({ load, bill, limits }: Capacity): string =>
  `${JSON.stringify({ ...load, bill, limits: limits.map((limit) => ({ ...limit, isPassed: load.tickers > limit.tickers })), prices: { asOf: AWS_PRICES.asOf, region: AWS_PRICES.region } }, null, 2)}\n`

const work = (load: Load, config: Limits): string => {
  const live = config.requestsPerMinute - config.backfillPerMinute
  return textTable(
    [
      ['Tickers', whole(load.tickers)],
      ['Requests to Schwab in a minute of a session', `${whole(load.requestsPerMinute)} of ${whole(live)}`],
      ['Each ticker is visited every', everyMinutes(load.cadence)],
      ['Requests to Schwab in a day, full reads after the close included', whole(load.jobsPerDay)],
      ['Minutes that the full reads after a close take', whole(auditMinutes(load.tickers, config))],
    ],
    1,
  )
}

const functionTable = ({ functions }: Load): string =>
  textTable(
    [
      ['In a month', 'memory', 'invocations', 'seconds each', 'GB-seconds'],
      ...functions.map(({ name, memoryMb, invocations, seconds, gbSeconds }) => [
        name,
        `${memoryMb} MB`,
        whole(invocations),
        seconds.toFixed(2),
        whole(gbSeconds),
      ]),
    ],
    1,
  )

const billTable = ({ lines }: Bill): string =>
  textTable(
    [
      ['AWS in a month', 'quantity', 'always free', 'to pay', 'price', 'dollars'],
      ...lines.map(({ name, quantity, free, price, dollars }) => [
        name,
        amount(quantity),
        amount(free),
        amount(quantity - free),
        priceText(price),
        `$${dollars.toFixed(2)}`,
      ]),
    ],
    1,
  )

const totals = ({ total, totalWithFreeLambda, totalWithNothingFree }: Bill): string =>
  textTable(
    [
      ["AWS in a month, Lambda's free tier not taken off", money(total)],
      ["the same, Lambda's always-free tier taken off", money(totalWithFreeLambda)],
      ['the same, nothing taken off but metrics, alarms and dashboards', money(totalWithNothingFree)],
    ],
    1,
  )

const database = ({ database }: Load): string =>
  textTable(
    [
      ['Supabase: rows in a day, candles and as many indicators', `2 x ${whole(database.rowsPerDay)}`],
      ['it grows in a month by', `${amount(database.gbPerMonth)} GB`],
      [`the free plan's ${SUPABASE.free.databaseGb} GB are full after`, `${amount(SUPABASE.free.databaseGb / database.gbPerMonth)} months`],
      ['it sends to the functions in a month', `${amount(database.egressGb)} GB`],
    ],
    1,
  )

const limitTable = ({ tickers }: Load, limits: readonly CapacityLimit[]): string => {
  const passed = limits.filter((limit) => tickers > limit.tickers)
  const table = textTable(
    [
      ['Limits, the first to be hit first', 'holds up to', ''],
      ...limits.map((limit) => [limit.what, `${whole(limit.tickers)} tickers`, tickers > limit.tickers ? 'passed' : '']),
    ],
    1,
  )
  return `${table}${passed.map(({ what, advice }) => `\nPassed: ${what}.\n  ${advice}\n`).join('')}`
}

const basis = (): string =>
  `Prices of ${AWS_PRICES.region}, ${AWS_PRICES.asOf}: cli/aws-prices.ts. CPU time was measured (cli/function-work.ts), on a core taken to be ${CORE_SLOWNESS} times as fast
as Lambda's. Taken for granted: Schwab answers in ${ROUND_TRIP_MS.schwab} ms, Supabase in ${ROUND_TRIP_MS.supabase} (${ROUND_TRIP_MS.supabaseIngest} with candles), SQS in ${ROUND_TRIP_MS.sqs}, Secrets Manager in ${ROUND_TRIP_MS.secretsManager};
batches of ${ASSUMED.messagesInBatch} out of ten; ${ASSUMED.sessionsInMonth} sessions of ${ASSUMED.sessionMinutes} minutes a month; ${ASSUMED.fullReads} full reads of a session (cli/assumed-month.ts).
Not counted: Supabase's plan, retries, outages, the first filling of a new ticker.
`

const everyMinutes = (cadence: number): string => (cadence === 1 ? 'minute' : `${whole(cadence)} minutes`)
const priceText = ({ dollars, per, unit }: Price): string =>
  `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 4 })} for ${per === 1 ? '1' : whole(per)} ${per === 1 ? unit.replace(/s$/, '') : unit}`
const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
/** Three digits that count, for what may be tiny. */
const amount = (value: number): string => (value >= 100 || value === 0 ? whole(value) : String(Number(value.toPrecision(3))))
const money = (value: number): string => `$${value.toFixed(2)}`
