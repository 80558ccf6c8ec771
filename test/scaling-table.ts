import { awsBill } from '../cli/aws-bill.ts'
import { auditMinutes, capacityLimits, fillingMinutes } from '../cli/capacity-limits.ts'
import { SUPABASE } from '../cli/database-load.ts'
import { estimateLoad, type Load } from '../cli/estimate-load.ts'
import type { Limits } from '../cli/month-of-work.ts'

const TICKERS = [10, 100, 1000, 10_000] as const
const VISITS_AN_HOUR = 60

/** The table of docs/scaling.md as it has to be: rows of cells, the first is the heading. */
export const scalingTable = (limits: Limits): readonly (readonly string[])[] => {
  const row = (name: string, of: (load: Load) => string): readonly string[] => [
    name,
    ...TICKERS.map((tickers) => of(estimateLoad(tickers, limits))),
  ]
  return [
    row('tickers', ({ tickers }) => whole(tickers)),
    row('`pipeline.yml` takes them', ({ cadence }) => (cadence > VISITS_AN_HOUR ? 'no' : 'yes')),
    row('requests to Schwab in a minute of a session', ({ requestsPerMinute }) => whole(requestsPerMinute)),
    row('minutes between two visits to a ticker', ({ cadence }) => whole(cadence)),
    row('requests to Schwab a day, and messages on each queue', ({ jobsPerDay }) => whole(jobsPerDay)),
    row('minutes that the full reads after a close take', ({ tickers }) => whole(auditMinutes(tickers, limits))),
    row('minutes that the first filling takes, read twice', ({ tickers }) => whole(fillingMinutes(tickers, limits))),
    row('invocations a month', ({ month }) => whole(month.lambdaRequests)),
    row('GB-seconds a month', ({ month }) => whole(month.lambdaGbSeconds)),
    row('SQS requests a month', ({ month }) => whole(month.sqsRequests)),
    row('GB of log a month', ({ month }) => short(month.logGbTaken)),
    row('AWS a month', ({ month }) => dollars(awsBill(month).total)),
    row("with Lambda's free tier taken off", ({ month }) => dollars(awsBill(month).totalWithFreeLambda)),
    row('with nothing taken off but metrics, alarms and dashboards', ({ month }) => dollars(awsBill(month).totalWithNothingFree)),
    row('rows of candles a day, and as many of indicators', ({ database }) => whole(database.rowsPerDay)),
    row('GB that the database grows by in a month', ({ database }) => short(database.gbPerMonth)),
    row("months until the Free plan's 0.5 GB are full", ({ database }) => short(SUPABASE.free.databaseGb / database.gbPerMonth)),
    row("months until the Pro plan's 8 GB are full", ({ database }) => short(SUPABASE.pro.diskGb / database.gbPerMonth)),
    row('GB that the database sends to the functions in a month', ({ database }) => short(database.egressGb)),
    row('calls to the database in a minute of a session', ({ database }) => whole(database.callsPerMinute)),
  ]
}

/** The limits of docs/scaling.md, the first to be hit first. */
export const limitTable = (limits: Limits): readonly (readonly string[])[] => [
  ['limit', 'holds up to'],
  ...capacityLimits(limits).map(({ what, tickers }) => [what, `${whole(tickers)} tickers`]),
]

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
const short = (value: number): string => (value >= 100 ? whole(value) : String(Number(value.toPrecision(2))))
const dollars = (value: number): string => `$${value.toFixed(2)}`
