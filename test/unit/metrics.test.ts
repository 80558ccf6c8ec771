import { describe, expect, it } from 'vitest'
import type { LogEvent, LogFields } from '../../shared/domain/log-events.ts'
import { METRICS, metricsOf } from '../../shared/domain/metrics.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { emfFaults, type EmfLine } from '../embedded-metric-format.ts'

/** One event of each kind that has metrics, as it is logged. */
const EVENTS: readonly (readonly [LogEvent, LogFields, Readonly<Record<string, number>>])[] = [
  ['freshness_published', { freshnessSeconds: 61.5, inSession: true }, { FreshnessSeconds: 61.5 }],
  ['missing_minutes_published', { count: 12 }, { MissingMinutes: 12 }],
  ['token_hours_published', { hoursLeft: 0 }, { TokenHoursLeft: 0 }],
  ['parked_jobs_published', { count: 3 }, { ParkedJobs: 3 }],
  ['message_failed', { error: 'STORE_UNAVAILABLE', counted: true }, { FailedMessages: 1 }],
  ['message_failed', { error: 'TOKEN_BUSY', counted: false }, { FailedMessages: 0 }],
  ['equity_data_inserted', { count: 70, tickers: ['A', 'B'], traceIds: ['t'] }, { CandlesWritten: 70 }],
  [
    'schwab_called',
    { endpoint: 'token', status: 503, failed: true, latencyMs: 812 },
    { SchwabLatency: 812, SchwabRequests: 1, SchwabFailures: 1 },
  ],
  [
    'schwab_called',
    { endpoint: 'quotes', status: 200, failed: false, latencyMs: 0 },
    { SchwabLatency: 0, SchwabRequests: 1, SchwabFailures: 0 },
  ],
]

const lineOf = (event: LogEvent, fields?: LogFields, stage = 'prod'): { readonly text: string; readonly json: EmfLine } => {
  let text = ''
  jsonLog({ function: 'any' }, (line) => (text += line), stage)(event, fields)
  return { text, json: JSON.parse(text) as EmfLine }
}

describe('the metrics', () => {
  it('are these, with their units, and no others: each is billed', () => {
    const all = Object.values(METRICS).flatMap((metrics) => metrics.map(({ name, unit }) => `${name} ${unit}`))
    expect(all.toSorted()).toEqual([
      'CandlesWritten Count',
      'FailedMessages Count',
      'FreshnessSeconds Seconds',
      'MissingMinutes Count',
      'ParkedJobs Count',
      'SchwabFailures Count',
      'SchwabLatency Milliseconds',
      'SchwabRequests Count',
      'TokenHoursLeft None',
    ])
  })

  it('all have an event among those that are tried here', () => {
    expect(new Set(EVENTS.map(([event]) => event))).toEqual(new Set(Object.keys(METRICS)))
  })

  it.each(EVENTS)('of %s keep to the embedded metric format, in the one line of the event', (event, fields, values) => {
    const before = Date.now()
    const { text, json } = lineOf(event, fields)
    expect(text.indexOf('\n')).toBe(text.length - 1)
    expect(emfFaults(text)).toEqual([])
    expect(json).toMatchObject({ event, function: 'any', ...fields, ...values, Stage: 'prod' })
    const [directive, ...others] = json._aws.CloudWatchMetrics
    expect([directive?.Namespace, directive?.Dimensions, others]).toEqual(['AlphaKite', [['Stage']], []])
    expect(directive?.Metrics.map(({ Name }) => Name)).toEqual(Object.keys(values))
    expect(json._aws.Timestamp).toBeGreaterThanOrEqual(before)
    expect(json._aws.Timestamp).toBe(Date.parse(String(json['at'])))
  })

  it.each([NaN, Infinity, undefined, null, '7'])('leave out a value of %s, and keep the others of the event', (latencyMs) => {
    const { text, json } = lineOf('schwab_called', { endpoint: 'token', status: 200, failed: false, latencyMs })
    expect(emfFaults(text)).toEqual([])
    expect(json._aws.CloudWatchMetrics[0]?.Metrics.map(({ Name }) => Name)).toEqual(['SchwabRequests', 'SchwabFailures'])
    expect(json).not.toHaveProperty('SchwabLatency')
  })

  it('leave a line as it was when there are none', () => {
    expect(lineOf('freshness_published', { freshnessSeconds: NaN }).json).not.toHaveProperty('_aws')
    expect(lineOf('lambda_invoked').json).toEqual({ event: 'lambda_invoked', at: expect.any(String), function: 'any' })
    expect(metricsOf('lambda_invoked', { count: 1 })).toEqual([])
  })

  it('carry the stage that they are of', () => {
    expect(lineOf('parked_jobs_published', { count: 0 }, 'dev').json['Stage']).toBe('dev')
  })
})

describe('the check of the embedded metric format', () => {
  const good = lineOf('parked_jobs_published', { count: 3 }).json
  const metric = { Name: 'ParkedJobs', Unit: 'Count' }
  const directive = { Namespace: 'AlphaKite', Dimensions: [['Stage']], Metrics: [metric] }
  const changed = (over: object, aws: object = {}) => JSON.stringify({ ...good, ...over, _aws: { ...good._aws, ...aws } })
  const directed = (over: object) => changed({}, { CloudWatchMetrics: [{ ...directive, ...over }] })

  it.each([
    ['a time in seconds', changed({}, { Timestamp: 1_767_625_200 })],
    ['a time that is no whole number', changed({}, { Timestamp: 1_767_625_200_000.5 })],
    ['no time', changed({}, { Timestamp: undefined })],
    ['a unit that CloudWatch does not know', directed({ Metrics: [{ ...metric, Unit: 'Hours' }] })],
    ['a metric without a name', directed({ Metrics: [{ Name: '' }] })],
    ['no set of dimensions', directed({ Dimensions: [] })],
    ['a metric that is text', changed({ ParkedJobs: '3' })],
    ['a metric that was no number', changed({ ParkedJobs: NaN })],
    ['a dimension without a value', changed({ Stage: '' })],
  ])('notices %s', (_name, line) => {
    expect(emfFaults(JSON.stringify(good))).toEqual([])
    expect(emfFaults(line)).not.toEqual([])
  })
})
