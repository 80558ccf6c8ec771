import { at, each, list, ofType, type Resource, type Rule, targetOf } from '../template.ts'

const MOST = 10
/** The validator passes an alarm without these, and AWS refuses it at the deployment, or it never goes off. */
const REQUIRED = ['AlarmName', 'ComparisonOperator', 'EvaluationPeriods', 'Threshold', 'TreatMissingData']

const isOn = (alarm: Resource, namespace: string, metric: string): boolean =>
  alarm.Properties['Namespace'] === namespace && alarm.Properties['MetricName'] === metric

/** @param metrics the names of the pipeline's own metrics */
export const alarmRules =
  (metrics: readonly string[]): Rule =>
  (template) => {
    const alarms = ofType(template, 'AWS::CloudWatch::Alarm')
    const dead = ofType(template, 'AWS::SQS::Queue').filter(({ Properties }) => String(Properties['QueueName']).endsWith('-dlq'))
    const wanted = (what: string, found: (alarm: Resource) => boolean): readonly string[] =>
      alarms.some(found) ? [] : [`there is no alarm on ${what}`]
    return [
      ...(alarms.length > MOST ? [`there are ${alarms.length} alarms: ${MOST} are free`] : []),
      ...alarms.flatMap(({ id, Properties }) =>
        REQUIRED.filter((field) => Properties[field] === undefined).map((field) => `${id} has no ${field}`),
      ),
      ...each(alarms, 'is on no metric', ({ Properties }) =>
        Properties['Metrics'] === undefined
          ? ['Namespace', 'MetricName', 'Period', 'Statistic'].every((field) => Properties[field] !== undefined)
          : list(Properties['Metrics']).filter((metric) => at(metric, 'ReturnData') !== false).length === 1,
      ),
      ...each(alarms, 'does not say what to do', ({ Properties }) => String(Properties['AlarmDescription']).length >= 60),
      ...each(
        alarms,
        'is on a metric that nobody publishes',
        ({ Properties }) => Properties['Namespace'] !== 'AlphaKite' || metrics.includes(String(Properties['MetricName'])),
      ),
      ...each(
        alarms,
        'is not of this stage',
        ({ Properties }) =>
          Properties['Namespace'] !== 'AlphaKite' ||
          list(Properties['Dimensions'])
            .map((dimension) => at(dimension, 'Name'))
            .join() === 'Stage',
      ),
      ...each(
        alarms.filter((alarm) => isOn(alarm, 'AlphaKite', 'FreshnessSeconds') || isOn(alarm, 'AlphaKite', 'TokenHoursLeft')),
        'takes silence for health',
        ({ Properties }) => Properties['TreatMissingData'] === 'breaching',
      ),
      ...each(alarms, 'goes off at another moment than it should', isAtItsMoment),
      // That of the parked jobs goes through token-keeper, whose mail has the link.
      ...each(alarms, 'tells nobody', (alarm) => list(alarm.Properties['AlarmActions']).length > 0 || queueOf(alarm) === 'AuthDlq'),
      ...wanted('freshness', (alarm) => isOn(alarm, 'AlphaKite', 'FreshnessSeconds')),
      ...wanted('the hours that the token has left', (alarm) => isOn(alarm, 'AlphaKite', 'TokenHoursLeft')),
      ...wanted('failing functions', (alarm) => JSON.stringify(alarm.Properties).includes('"Errors"')),
      ...wanted('throttled functions', (alarm) => JSON.stringify(alarm.Properties).includes('"Throttles"')),
      ...dead.flatMap(({ id }) => wanted(id, (alarm) => queueOf(alarm) === id && alarm.Properties['Threshold'] === 0)),
    ]
  }

/** What is out of order, by the metric. */
const isAtItsMoment = ({ Properties }: Resource): boolean => {
  const { ComparisonOperator: operator, Threshold: threshold, Period: period, MetricName: metric } = Properties
  if (metric === 'FreshnessSeconds')
    return operator === 'GreaterThanThreshold' && Number(threshold) >= 120 && Number(threshold) <= 300 && period === 60
  if (metric === 'TokenHoursLeft') return operator === 'LessThanThreshold' && threshold === 24
  return operator === 'GreaterThanThreshold' && threshold === 0
}

const queueOf = ({ Properties }: Resource): string | undefined =>
  list(Properties['Dimensions']).flatMap((dimension) =>
    at(dimension, 'Name') === 'QueueName' ? [targetOf(at(dimension, 'Value'))] : [],
  )[0]
