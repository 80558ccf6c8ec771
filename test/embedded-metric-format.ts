import { Ajv } from 'ajv'

const UNITS = ['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'None']
const SIZES = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes', 'Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits']
const RATES = [...SIZES, 'Count'].map((unit) => `${unit}/Second`)
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength })

/**
 * What AWS demands of the metadata. Stricter than its own schema in one place: it has members ignored that it does not know, here they fail.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const SCHEMA = {
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      additionalProperties: false,
      properties: {
        Timestamp: { type: 'integer', minimum: 1e12, maximum: 1e13 },
        CloudWatchMetrics: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            additionalProperties: false,
            properties: {
              Namespace: text(1024),
              Dimensions: { type: 'array', minItems: 1, items: { type: 'array', minItems: 1, maxItems: 30, items: text(250) } },
              Metrics: {
                type: 'array',
                minItems: 1,
                maxItems: 100,
                items: {
                  type: 'object',
                  required: ['Name'],
                  additionalProperties: false,
                  properties: {
                    Name: text(1024),
                    Unit: { enum: [...UNITS, ...SIZES, ...RATES] },
                    StorageResolution: { enum: [1, 60] },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
}

const validate = new Ajv({ allErrors: true }).compile(SCHEMA)

type Directive = {
  readonly Namespace: string
  readonly Dimensions: readonly (readonly string[])[]
  readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[]
}
export type EmfLine = Readonly<Record<string, unknown>> & {
  readonly _aws: { readonly Timestamp: number; readonly CloudWatchMetrics: readonly Directive[] }
}

/** What is wrong with a line of JSON as a document with embedded metrics: the schema, and what the metadata refers to at the root. */
export const emfFaults = (line: string): readonly string[] => {
  const document = JSON.parse(line) as EmfLine
  if (!validate(document)) return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  return document._aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) => [
    ...Metrics.filter(({ Name }) => !isMetricValue(document[Name])).map(({ Name }) => `${Name} is no number at the root`),
    ...Dimensions.flat()
      .filter((name) => !isDimensionValue(document[name]))
      .map((name) => `${name} is no short text at the root`),
  ])
}

const isMetricValue = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const isDimensionValue = (value: unknown): boolean => typeof value === 'string' && value.length >= 1 && value.length <= 1024
