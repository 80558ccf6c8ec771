export const METRICS = [
  'FreshnessSeconds',
  'MissingMinutes',
  'TokenHoursLeft',
  'ParkedJobs',
  'CandlesWritten',
  'SchwabLatency',
  'SchwabRequests',
  'SchwabFailures',
]
