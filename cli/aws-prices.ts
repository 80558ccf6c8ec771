/** What AWS asks for something. */
export type Price = {
  /** Dollars for `per` units. */
  readonly dollars: number
  readonly per: number
  readonly unit: string
  /** Units a month that cost nothing, in every account and for ever; not what only new accounts get. */
  readonly alwaysFree: number
}

/**
 * Every unit price, in dollars of us-east-1, without the tiers that only very large accounts reach. Another region may ask up to a
 * quarter more. Look them up again before you rely on a cent: the pages are the source, `asOf` is when they were read.
 */
export const AWS_PRICES = {
  asOf: '2026-06',
  region: 'us-east-1',
  /** @see https://aws.amazon.com/lambda/pricing/ */
  lambdaRequests: { dollars: 0.2, per: 1e6, unit: 'requests', alwaysFree: 1e6 },
  /** On arm64; time to load the code included. @see https://aws.amazon.com/lambda/pricing/ */
  lambdaGbSeconds: { dollars: 13.3334, per: 1e6, unit: 'GB-seconds', alwaysFree: 400_000 },
  /** Standard queues. Each 64 KB of a call is one request. @see https://aws.amazon.com/sqs/pricing/ */
  sqsRequests: { dollars: 0.4, per: 1e6, unit: 'requests', alwaysFree: 1e6 },
  /** @see https://aws.amazon.com/eventbridge/pricing/ Scheduler */
  scheduledCalls: { dollars: 1, per: 1e6, unit: 'calls', alwaysFree: 14e6 },
  /** What AWS itself puts on the default bus, as the state of an alarm, is free. @see https://aws.amazon.com/eventbridge/pricing/ */
  customEvents: { dollars: 1, per: 1e6, unit: 'events', alwaysFree: 0 },
  /** @see https://aws.amazon.com/eventbridge/pricing/ archive: taken in */
  archivedGb: { dollars: 0.1, per: 1, unit: 'GB', alwaysFree: 0 },
  /** @see https://aws.amazon.com/secrets-manager/pricing/ */
  secrets: { dollars: 0.4, per: 1, unit: 'secrets', alwaysFree: 0 },
  /** @see https://aws.amazon.com/secrets-manager/pricing/ */
  secretCalls: { dollars: 0.05, per: 10_000, unit: 'calls', alwaysFree: 0 },
  /** The five gigabytes are shared with what is kept. @see https://aws.amazon.com/cloudwatch/pricing/ */
  logGbTaken: { dollars: 0.5, per: 1, unit: 'GB', alwaysFree: 5 },
  /** AWS counts it compressed; here it is not. @see https://aws.amazon.com/cloudwatch/pricing/ */
  logGbKept: { dollars: 0.03, per: 1, unit: 'GB-months', alwaysFree: 0 },
  /** @see https://aws.amazon.com/cloudwatch/pricing/ */
  metrics: { dollars: 0.3, per: 1, unit: 'metrics', alwaysFree: 10 },
  /** Of one metric, at one minute. @see https://aws.amazon.com/cloudwatch/pricing/ */
  alarms: { dollars: 0.1, per: 1, unit: 'alarms', alwaysFree: 10 },
  /** Up to fifty metrics each. @see https://aws.amazon.com/cloudwatch/pricing/ */
  dashboards: { dollars: 3, per: 1, unit: 'dashboards', alwaysFree: 3 },
  /** @see https://aws.amazon.com/api-gateway/pricing/ HTTP APIs */
  httpCalls: { dollars: 1, per: 1e6, unit: 'calls', alwaysFree: 0 },
  /** @see https://aws.amazon.com/sns/pricing/ email */
  mails: { dollars: 2, per: 100_000, unit: 'mails', alwaysFree: 1000 },
  /** To the internet, which Schwab and Supabase are. @see https://aws.amazon.com/ec2/pricing/on-demand/ data transfer */
  sentGb: { dollars: 0.09, per: 1, unit: 'GB', alwaysFree: 100 },
  /** The bucket of the deployments. @see https://aws.amazon.com/s3/pricing/ standard */
  bucketGb: { dollars: 0.023, per: 1, unit: 'GB-months', alwaysFree: 0 },
} as const satisfies Readonly<Record<string, Price | string>>

/** What is charged for. */
export type Charge = Exclude<keyof typeof AWS_PRICES, 'asOf' | 'region'>
