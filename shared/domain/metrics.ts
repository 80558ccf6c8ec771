import type { LogEvent, LogFields } from './log-events.ts'

/** Of CloudWatch's units those that are used here. `None`: it has none for hours. */
export type MetricUnit = 'Count' | 'Milliseconds' | 'Seconds' | 'None'

export type Metric = {
  /** In PascalCase: it stands beside the event's own fields, which begin with a small letter. */
  readonly name: string
  readonly unit: MetricUnit
  /** The field of the event that has the value (true counts as 1, false as 0), or the value itself. */
  readonly from: string | number
}

/** A metric with what it is this time. */
export type MetricValue = Omit<Metric, 'from'> & { readonly value: number }

/** Where graphs and alarms find them. */
export const METRIC_NAMESPACE = 'AlphaKite'

/**
 * Every metric there is, by the event that publishes it: so a metric is published only when its event is true. CloudWatch bills each by
 * the month, whatever its values: at most ten, and none for each ticker.
 */
export const METRICS: Readonly<Partial<Record<LogEvent, readonly Metric[]>>> = {
  freshness_published: [{ name: 'FreshnessSeconds', unit: 'Seconds', from: 'freshnessSeconds' }],
  missing_minutes_published: [{ name: 'MissingMinutes', unit: 'Count', from: 'count' }],
  token_hours_published: [{ name: 'TokenHoursLeft', unit: 'None', from: 'hoursLeft' }],
  parked_jobs_published: [{ name: 'ParkedJobs', unit: 'Count', from: 'count' }],
  message_failed: [{ name: 'FailedMessages', unit: 'Count', from: 'counted' }],
  equity_data_inserted: [{ name: 'CandlesWritten', unit: 'Count', from: 'count' }],
  schwab_called: [
    { name: 'SchwabLatency', unit: 'Milliseconds', from: 'latencyMs' },
    { name: 'SchwabRequests', unit: 'Count', from: 1 },
    { name: 'SchwabFailures', unit: 'Count', from: 'failed' },
  ],
}

/** What an event publishes. A value that is no finite number is left out: CloudWatch would throw the whole line's metrics away. */
export const metricsOf = (event: LogEvent, fields: LogFields): readonly MetricValue[] =>
  (METRICS[event] ?? []).flatMap(({ name, unit, from }) => {
    const value = valueOf(typeof from === 'number' ? from : fields[from])
    return value === undefined ? [] : [{ name, unit, value }]
  })

const valueOf = (field: LogFields[string]): number | undefined => {
  const value = typeof field === 'boolean' ? Number(field) : field
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
