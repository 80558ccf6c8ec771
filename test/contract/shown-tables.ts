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
export const SHOWN_VIEWS = ['chart_bars', 'chart_sessions', 'ticker_board', 'ticker_sparklines', 'coverage_days'] as const
