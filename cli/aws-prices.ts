/**
 * What AWS asks in us-east-1, in dollars, without the tiers that only very large accounts reach. As published by June 2026.
 * Another region may ask up to a quarter more.
 */
export const AWS_PRICES = {
  asOf: '2026-06',
  region: 'us-east-1',
  /** @see https://aws.amazon.com/lambda/pricing/ Arm */
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  /** @see https://aws.amazon.com/sqs/pricing/ standard queue; each 64 KB of a message is a request */
  sqsRequest: 0.4 / 1e6,
  sqsFreeRequests: 1e6,
  /** @see https://aws.amazon.com/eventbridge/pricing/ Scheduler */
  scheduledCall: 1 / 1e6,
  scheduledFreeCalls: 14e6,
  /** @see https://aws.amazon.com/secrets-manager/pricing/ */
  secretMonth: 0.4,
  secretCall: 0.05 / 1e4,
  /** @see https://aws.amazon.com/cloudwatch/pricing/ logs taken in, beyond the free 5 GB */
  logGb: 0.5,
  logFreeGb: 5,
} as const
