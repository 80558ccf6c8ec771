/**
 * What becomes of a message whose handling failed in an expected way.
 * `retry`: back to its queue. `park`: set aside until a person has acted. `poison`: to the queue's own dead-letter queue at once.
 */
export type Fate = 'retry' | 'park' | 'poison'

/** An expected failure. Its message carries no token, body or configuration value. */
export abstract class PipelineError extends Error {
  /** Stable, for logs and programs. */
  abstract readonly code: string
  abstract readonly fate: Fate
  /** Seconds to wait before the next try; the queue's visibility time-out when absent. */
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, options: { cause?: unknown; retryAfterSeconds?: number | undefined } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** Schwab did not answer, or answered as it does in an outage: nothing is wrong with the token. */
export class SchwabUnavailable extends PipelineError {
  override readonly name = 'SchwabUnavailable'
  readonly code = 'SCHWAB_UNAVAILABLE'
  readonly fate = 'retry'
}

/** Schwab answered 429. `retryAfterSeconds` is its own figure where it gave one. */
export class RateLimited extends PipelineError {
  override readonly name = 'RateLimited'
  readonly code = 'RATE_LIMITED'
  readonly fate = 'retry'
}

/** A data call was refused with 401: the access token has ended, or was never good for market data. */
export class AccessRefused extends PipelineError {
  override readonly name = 'AccessRefused'
  readonly code = 'ACCESS_REFUSED'
  readonly fate = 'retry'
}

/** The token endpoint refused the refresh token or the code itself. */
export class GrantRefused extends PipelineError {
  override readonly name = 'GrantRefused'
  readonly code = 'GRANT_REFUSED'
  readonly fate = 'retry'
}

/** The token is dead, and an outage says so in the database: what needs it waits in `auth-dlq` until a person has logged in. */
export class ReauthorizationRequired extends PipelineError {
  override readonly name = 'ReauthorizationRequired'
  readonly code = 'REAUTHORIZATION_REQUIRED'
  readonly fate = 'park'
  /** The outage that was opened for it. */
  readonly outageId: string
  /** The version of the secret that is dead. */
  readonly secretVersion: string

  constructor(outage: { readonly id: string; readonly deadVersion: string }, options: { readonly cause?: unknown } = {}) {
    super('the token is dead: a person has to log in at Schwab', options)
    this.outageId = outage.id
    this.secretVersion = outage.deadVersion
  }
}

/** Somebody else is renewing the token and has not ended. */
export class TokenBusy extends PipelineError {
  override readonly name = 'TokenBusy'
  readonly code = 'TOKEN_BUSY'
  readonly fate = 'retry'
}

/** This minute's calls to Schwab are used up. */
export class BudgetSpent extends PipelineError {
  override readonly name = 'BudgetSpent'
  readonly code = 'BUDGET_SPENT'
  readonly fate = 'retry'
}

/** Schwab does not know the symbol. */
export class UnknownSymbol extends PipelineError {
  override readonly name = 'UnknownSymbol'
  readonly code = 'UNKNOWN_SYMBOL'
  readonly fate = 'poison'
}

/** Schwab understood the request and refused it as wrong: asking again will not help. */
export class RequestRejected extends PipelineError {
  override readonly name = 'RequestRejected'
  readonly code = 'REQUEST_REJECTED'
  readonly fate = 'poison'
}

/** Schwab answered 401 to this data, and not to other data with the same token. */
export class DataRefused extends PipelineError {
  override readonly name = 'DataRefused'
  readonly code = 'DATA_REFUSED'
  readonly fate = 'poison'
}

/** A refresh was wanted because data was refused, and one was made for that lately. */
export class RefreshLimited extends PipelineError {
  override readonly name = 'RefreshLimited'
  readonly code = 'REFRESH_LIMITED'
  readonly fate = 'retry'
}

/** The secret has as many versions of the last day as it may have: nothing can be stored, so nothing may be renewed. */
export class SecretFull extends PipelineError {
  override readonly name = 'SecretFull'
  readonly code = 'SECRET_FULL'
  readonly fate = 'retry'
}

/** The stored token cannot be read or used as it is. */
export class TokenUnreadable extends PipelineError {
  override readonly name = 'TokenUnreadable'
  readonly code = 'TOKEN_UNREADABLE'
  readonly fate = 'retry'
}

/** The database did not answer, or failed for a reason that may pass. */
export class StoreUnavailable extends PipelineError {
  override readonly name: string = 'StoreUnavailable'
  readonly code: string = 'STORE_UNAVAILABLE'
  readonly fate = 'retry'
}

/** The database refused what it was given (a constraint, a wrong value): the same call will be refused again. */
export class StoreRejected extends PipelineError {
  override readonly name = 'StoreRejected'
  readonly code = 'STORE_REJECTED'
  readonly fate = 'poison'
}

/** The database gave up a call because it took too long: less of it may be done in time. */
export class StoreTimedOut extends StoreUnavailable {
  override readonly name = 'StoreTimedOut'
  override readonly code = 'STORE_TIMED_OUT'
}

/** The invocation has too little time left: for the message, or for a call that must not be cut off. */
export class OutOfTime extends PipelineError {
  override readonly name = 'OutOfTime'
  readonly code = 'OUT_OF_TIME'
  readonly fate = 'retry'
}

/** AWS (a queue, the event bus, the secret store) did not take or give what was asked. */
export class AwsUnavailable extends PipelineError {
  override readonly name = 'AwsUnavailable'
  readonly code = 'AWS_UNAVAILABLE'
  readonly fate = 'retry'
}

/** Schwab does not accept the application's own key or secret. The configuration has to be repaired; a login would not help. */
export class ClientRefused extends PipelineError {
  override readonly name = 'ClientRefused'
  readonly code = 'CLIENT_REFUSED'
  readonly fate = 'retry'
}
