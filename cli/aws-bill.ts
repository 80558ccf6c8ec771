import { AWS_PRICES, type Charge, type Price } from './aws-prices.ts'

/** One thing that AWS charges for. Dollars a month. */
export type BillLine = {
  readonly charge: Charge
  readonly name: string
  readonly quantity: number
  readonly price: Price
  /** Units that are taken off before they are paid for. */
  readonly free: number
  readonly dollars: number
}

export type Bill = {
  readonly lines: readonly BillLine[]
  /** Without what is always free, but for Lambda's share of it. */
  readonly total: number
  /** Lambda's always-free requests and GB-seconds taken off as well: for an account that runs nothing else. */
  readonly totalWithFreeLambda: number
  /** Every unit paid for but metrics, alarms and dashboards: for an account that has used up what is free. */
  readonly totalWithNothingFree: number
}

/** In the order of the flow. */
const NAMES: Readonly<Record<Charge, string>> = {
  scheduledCalls: 'EventBridge Scheduler',
  lambdaRequests: 'Lambda, requests',
  lambdaGbSeconds: 'Lambda, time',
  sqsRequests: 'SQS',
  secrets: 'Secrets Manager, secrets',
  secretCalls: 'Secrets Manager, calls',
  logGbTaken: 'CloudWatch Logs, taken in',
  logGbKept: 'CloudWatch Logs, kept 30 days',
  metrics: 'CloudWatch, metrics',
  alarms: 'CloudWatch, alarms',
  dashboards: 'CloudWatch, dashboards',
  customEvents: 'EventBridge, own events',
  archivedGb: 'EventBridge, archive',
  mails: 'SNS, mails',
  httpCalls: 'HTTP API, the login page',
  sentGb: 'Data to Schwab and Supabase',
  bucketGb: 'S3, deployments',
}

const LAMBDA: ReadonlySet<Charge> = new Set(['lambdaRequests', 'lambdaGbSeconds'])
const WATCHING: ReadonlySet<Charge> = new Set(['metrics', 'alarms', 'dashboards'])

/** What AWS asks for these quantities, line by line. */
export const awsBill = (month: Readonly<Record<Charge, number>>): Bill => {
  const bill = (isFree: (charge: Charge) => boolean): readonly BillLine[] =>
    charges().map((charge) => line(charge, month[charge], isFree(charge)))
  const lines = bill((charge) => !LAMBDA.has(charge))
  return {
    lines,
    total: sum(lines),
    totalWithFreeLambda: sum(bill(() => true)),
    totalWithNothingFree: sum(bill((charge) => WATCHING.has(charge))),
  }
}

const charges = (): readonly Charge[] => Object.keys(NAMES).filter((name): name is Charge => name in NAMES)

const line = (charge: Charge, quantity: number, isFree: boolean): BillLine => {
  const price: Price = AWS_PRICES[charge]
  const free = isFree ? Math.min(quantity, price.alwaysFree) : 0
  return { charge, name: NAMES[charge], quantity, price, free, dollars: ((quantity - free) * price.dollars) / price.per }
}

const sum = (lines: readonly BillLine[]): number => lines.reduce((total, { dollars }) => total + dollars, 0)
