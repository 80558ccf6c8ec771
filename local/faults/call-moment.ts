import type { IncomingMessage } from 'node:http'

/** A call that a function makes, just before it reaches the service or just after the service has done it. */
export type CallMoment = {
  /** `supabase`, `sqs`, `secretsmanager`, `events` or `schwab`. */
  readonly service: string
  /** As the service names it; at Supabase the name of the rpc or table. */
  readonly operation: string
  readonly phase: 'before' | 'after'
  /** Of the answer's body, where the service tells it; only after the call. */
  readonly bytes?: number | undefined
  /** The execution environment that made it; undefined when somebody else did. */
  readonly environment: string | undefined
}

/** Is told of every moment. `cut`: the caller is gone, so its connection is broken and nothing more is done. */
export type OnCall = (moment: CallMoment) => 'cut' | undefined

/** Carries the environment's id on every call that a function makes to this machine. */
export const ENVIRONMENT_HEADER = 'alpha-kite-environment'

export const environmentOf = (request: IncomingMessage): string | undefined => {
  const value = request.headers[ENVIRONMENT_HEADER]
  return typeof value === 'string' ? value : undefined
}
