/** What the browser's key may read: the dashboard's own, and nothing else. */
export const SHOWN_TABLES = [
  'equity_data',
  'indicators',
  'session_coverage',
  'outages',
  'pipeline_status',
  'pipeline_minutes',
  'pipeline_events',
  'verdicts',
  'splits',
] as const
export const SHOWN_VIEWS = ['chart_bars', 'ticker_board', 'ticker_sparklines', 'coverage_days'] as const
/** What it may call: it reads, and no more than 30 sessions of one ticker at a time. */
export const SHOWN_FUNCTIONS = ['chart_sessions(text,integer,date)'] as const
