import { UsageError } from './command.ts'

/** The queues of the pipeline, by what comes after the stage in their names. */
export const QUEUES = ['jobs', 'candles', 'auth-dlq', 'jobs-dlq', 'candles-dlq', 'events-dlq'] as const
export type QueueName = (typeof QUEUES)[number]

/** What serverless.yml calls its things in one stage. */
export type StageNames = {
  readonly stack: string
  readonly tokenSecret: string
  readonly appSecret: string
  readonly bus: string
  readonly queue: (name: QueueName) => string
}

/** Fails with UsageError for what cannot be a stage. */
export const stageNames = (stage: string): StageNames => {
  if (!/^[a-zA-Z][a-zA-Z0-9-]{0,30}$/.test(stage))
    throw new UsageError(`--stage ${stage}: write letters, digits and dashes, as --stage prod`)
  const stack = `alpha-kite-pipeline-${stage}`
  return {
    stack,
    tokenSecret: `schwab-api-token-${stage}`,
    appSecret: `alpha-kite-${stage}`,
    bus: stack,
    queue: (name) => `${stack}-${name}`,
  }
}
