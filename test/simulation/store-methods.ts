/** What the functions call of the database. */
export const STORE_METHODS = [
  ...(['beginTick', 'claimSessions', 'beginFetch', 'noteRefusals', 'ingest', 'putIndicators', 'tokenState', 'markDead'] as const),
  ...(['recordProven', 'newestCandle', 'countParked', 'countRedriven', 'outage', 'recovery', 'markRestored', 'tokenHistory'] as const),
  ...(['putStatus', 'takeLease', 'releaseLease', 'claimNotice', 'markPublished', 'putState', 'takeState', 'recordMinute'] as const),
  ...(['putVerdicts', 'takeRefusalRefresh'] as const),
]
