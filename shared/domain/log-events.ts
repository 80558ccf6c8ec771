/** Every event that may be logged: past tense, snake_case, and only when it is true. Operators search for these words. */
export type LogEvent =
  | 'lambda_invoked'
  | 'lambda_completed_successfully'
  | 'lambda_failed'
  | 'batch_handled'
  | 'message_failed'
  | 'message_poisoned'
  | 'job_superseded'
  | 'job_postponed'
  | 'market_hours_check'
  | 'tick_already_taken'
  | 'jobs_enqueued'
  | 'jobs_not_enqueued'
  | 'recompute_not_enqueued'
  | 'freshness_published'
  | 'token_retrieved_successfully'
  | 'token_refresh_successful'
  | 'token_invalid'
  | 'token_missing_expiration'
  | 'schwab_authentication_successful'
  | 'schwab_call_failed'
  | 'price_history_fetched'
  | 'candles_rejected'
  | 'sessions_asked_again'
  | 'ticker_quarantined'
  | 'equity_data_inserted'
  | 'calculating_indicators'
  | 'indicators_inserted'
  | 'indicators_stale'

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined | readonly string[]>>

/** Writes one event with flat fields. Never a token, a header or a body. */
export type Log = (event: LogEvent, fields?: LogFields) => void
