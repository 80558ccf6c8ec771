/** The functions as they are deployed. */
export const FUNCTIONS = {
  scheduler: { timeoutMs: 30_000 },
  fetcher: { timeoutMs: 30_000 },
  writer: { timeoutMs: 30_000 },
  'token-keeper': { timeoutMs: 60_000 },
  reauth: { timeoutMs: 29_000 },
  redriver: { timeoutMs: 120_000 },
} as const

export type FunctionName = keyof typeof FUNCTIONS

const DLQ = { maxReceiveCount: 100 }

/** The queues as they are deployed. */
export const QUEUES = [
  { name: 'jobs', visibilitySeconds: 180, redrive: { ...DLQ, to: 'jobs-dlq' } },
  { name: 'jobs-dlq', visibilitySeconds: 30 },
  { name: 'candles', visibilitySeconds: 180, redrive: { ...DLQ, to: 'candles-dlq' } },
  { name: 'candles-dlq', visibilitySeconds: 30 },
  { name: 'auth-dlq', visibilitySeconds: 120 },
] as const
