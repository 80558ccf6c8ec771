import { METRIC_NAMESPACE, type MetricValue } from '../domain/metrics.ts'

/**
 * The members by which a line of JSON is also its metrics, in CloudWatch's embedded metric format; none for no metrics. CloudWatch reads
 * them out of the log, so publishing costs no call and cannot fail a function. The stage is the one dimension.
 * @param at epoch milliseconds
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const embedMetrics = (metrics: readonly MetricValue[], at: number, stage: string): Readonly<Record<string, unknown>> => {
  if (metrics.length === 0) return {}
  return {
    Stage: stage,
    ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [['Stage']],
          Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
        },
      ],
    },
  }
}
