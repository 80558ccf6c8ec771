import * as z from 'zod'
import type { Template } from './compile.ts'
import { resolveValue, type Address } from './resolve.ts'

export type QueueModel = {
  readonly name: string
  readonly arn: string
  readonly visibilitySeconds: number
  /** As CreateQueue takes them. */
  readonly attributes: Readonly<Record<string, string>>
}
export type FunctionModel = {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  /** Path without ending, a dot and the export: `functions/x/handler.handler`. */
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly environment: Readonly<Record<string, string>>
}
export type EventSourceModel = {
  readonly functionArn: string
  readonly queueArn: string
  readonly batchSize: number
  readonly windowSeconds: number
  readonly maximumConcurrency: number
  readonly partialFailures: boolean
}
export type ScheduleModel = {
  readonly functionArn: string
  readonly expression: string
  readonly timezone: string
  readonly input: unknown
}
export type RuleModel = {
  readonly name: string
  readonly busName: string
  readonly pattern: Readonly<Record<string, unknown>> | undefined
  readonly expression: string | undefined
  readonly targets: readonly { readonly arn: string; readonly input: unknown }[]
}
export type AlarmModel = {
  readonly name: string
  readonly arn: string
  readonly queueName: string
  readonly metric: string
  readonly threshold: number
  readonly comparison: string
  readonly periodSeconds: number
}
export type SecretModel = { readonly name: string; readonly description: string }

export type StackModel = {
  readonly region: string
  /** The custom event buses. */
  readonly buses: readonly string[]
  readonly queues: readonly QueueModel[]
  readonly functions: readonly FunctionModel[]
  readonly eventSources: readonly EventSourceModel[]
  readonly schedules: readonly ScheduleModel[]
  readonly rules: readonly RuleModel[]
  readonly alarms: readonly AlarmModel[]
  readonly secrets: readonly SecretModel[]
}

export const REGION = 'us-east-1'
export const ACCOUNT = '000000000000'

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const Queue = z.looseObject({ QueueName: z.string(), VisibilityTimeout: z.coerce.number().default(30) })
const Function = z.object({
  FunctionName: z.string(),
  Handler: z.string(),
  Timeout: z.coerce.number(),
  MemorySize: z.coerce.number(),
  Environment: z.object({ Variables: z.record(z.string(), text) }).default({ Variables: {} }),
})
const EventSource = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.number().default(10),
  MaximumBatchingWindowInSeconds: z.number().default(0),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
})
const Schedule = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.string().default('ENABLED'),
  Target: z.object({ Arn: z.string(), Input: z.string().optional() }),
})
const Rule = z.object({
  Name: z.string().optional(),
  EventBusName: z.string().default('default'),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z.array(z.looseObject({ Arn: z.string(), Input: z.string().optional() })).default([]),
})
const Alarm = z.object({
  AlarmName: z.string(),
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  Threshold: z.coerce.number(),
  ComparisonOperator: z.string(),
  Period: z.coerce.number().default(60),
})
const Bus = z.object({ Name: z.string() })
const Secret = z.object({ Name: z.string(), Description: z.string().default('') })

/** SQS attributes of CloudFormation that CreateQueue takes under the same name; objects are JSON text there. */
const QUEUE_ATTRIBUTES = ['VisibilityTimeout', 'MessageRetentionPeriod', 'MaximumMessageSize', 'DelaySeconds', 'RedrivePolicy']

/**
 * The compiled template as the local stack runs it. `queueUrl` gives the address of a queue by its name.
 * @throws when a resource lacks what is needed to run it
 */
export const stackModel = (template: Template, queueUrl: (name: string) => string): StackModel => {
  const addresses = new Map<string, Address>()
  const context = { template, addresses, region: REGION, accountId: ACCOUNT, stackName: 'local' }
  // Names first, since other resources refer to them; a name may itself hold pseudo parameters.
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    addresses.set(logicalId, addressOf(logicalId, resource.Type, resource.Properties ?? {}, queueUrl))
  }
  const all = <Schema extends z.ZodType>(type: string, schema: Schema) =>
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, resource]) => ({
        logicalId,
        arn: addresses.get(logicalId)?.attributes['Arn'] ?? '',
        ...parsed(schema, logicalId, resolveValue(resource.Properties ?? {}, context)),
      }))
  return {
    region: REGION,
    buses: all('AWS::Events::EventBus', Bus).map(({ properties }) => properties.Name),
    queues: all('AWS::SQS::Queue', Queue).map((queue) => ({
      name: queue.properties.QueueName,
      arn: queue.arn,
      visibilitySeconds: queue.properties.VisibilityTimeout,
      attributes: queueAttributes(queue.properties),
    })),
    functions: all('AWS::Lambda::Function', Function).map(({ logicalId, arn, properties }) => ({
      logicalId,
      name: properties.FunctionName,
      arn,
      handler: properties.Handler,
      timeoutSeconds: properties.Timeout,
      memoryMb: properties.MemorySize,
      environment: properties.Environment.Variables,
    })),
    eventSources: all('AWS::Lambda::EventSourceMapping', EventSource).map(({ properties }) => ({
      functionArn: properties.FunctionName,
      queueArn: properties.EventSourceArn,
      batchSize: properties.BatchSize,
      windowSeconds: properties.MaximumBatchingWindowInSeconds,
      maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? 1000,
      partialFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    })),
    schedules: all('AWS::Scheduler::Schedule', Schedule)
      .filter(({ properties }) => properties.State === 'ENABLED')
      .map(({ properties }) => ({
        functionArn: properties.Target.Arn,
        expression: properties.ScheduleExpression,
        timezone: properties.ScheduleExpressionTimezone,
        input: properties.Target.Input === undefined ? {} : JSON.parse(properties.Target.Input),
      })),
    rules: all('AWS::Events::Rule', Rule)
      .filter(({ properties }) => properties.State === 'ENABLED')
      .map(({ logicalId, properties }) => ({
        name: properties.Name ?? logicalId,
        busName: properties.EventBusName,
        pattern: properties.EventPattern,
        expression: properties.ScheduleExpression,
        targets: properties.Targets.map((target) => ({
          arn: target.Arn,
          input: target.Input === undefined ? undefined : JSON.parse(target.Input),
        })),
      })),
    alarms: all('AWS::CloudWatch::Alarm', Alarm).flatMap(({ arn, properties }) => {
      const queue = properties.Dimensions.find((dimension) => dimension.Name === 'QueueName')
      if (properties.Namespace !== 'AWS/SQS' || queue === undefined || properties.MetricName === undefined) return []
      return {
        name: properties.AlarmName,
        arn,
        queueName: queue.Value,
        metric: properties.MetricName,
        threshold: properties.Threshold,
        comparison: properties.ComparisonOperator,
        periodSeconds: properties.Period,
      }
    }),
    secrets: all('AWS::SecretsManager::Secret', Secret).map(({ properties }) => ({
      name: properties.Name,
      description: properties.Description,
    })),
  }
}

const parsed = <Schema extends z.ZodType>(schema: Schema, logicalId: string, value: unknown): { readonly properties: z.output<Schema> } => {
  const result = schema.safeParse(value)
  if (!result.success) throw new Error(`serverless.yml: the local stack cannot run ${logicalId}: ${z.prettifyError(result.error)}`)
  return { properties: result.data }
}

const queueAttributes = (properties: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    QUEUE_ATTRIBUTES.filter((name) => properties[name] !== undefined).map((name) => {
      const value = properties[name]
      return [name, typeof value === 'string' ? value : JSON.stringify(value)]
    }),
  )

const addressOf = (
  logicalId: string,
  type: string,
  properties: Readonly<Record<string, unknown>>,
  queueUrl: (name: string) => string,
): Address => {
  const named = (key: string): string => (typeof properties[key] === 'string' ? properties[key] : logicalId)
  const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`
  switch (type) {
    case 'AWS::SQS::Queue': {
      const name = named('QueueName')
      return { ref: queueUrl(name), attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: queueUrl(name) } }
    }
    case 'AWS::Lambda::Function': {
      const name = named('FunctionName')
      return { ref: name, attributes: { Arn: arn('lambda', `function:${name}`) } }
    }
    case 'AWS::Events::EventBus': {
      const name = named('Name')
      return { ref: name, attributes: { Arn: arn('events', `event-bus/${name}`), Name: name } }
    }
    case 'AWS::SecretsManager::Secret': {
      const id = arn('secretsmanager', `secret:${named('Name')}`)
      return { ref: id, attributes: { Id: id } }
    }
    case 'AWS::SNS::Topic': {
      const id = arn('sns', named('TopicName'))
      return { ref: id, attributes: { TopicArn: id, TopicName: named('TopicName') } }
    }
    case 'AWS::CloudWatch::Alarm':
      return { ref: named('AlarmName'), attributes: { Arn: arn('cloudwatch', `alarm:${named('AlarmName')}`) } }
    default:
      return { ref: logicalId, attributes: { Arn: `arn:aws:local:::${logicalId}`, Name: logicalId, Id: logicalId } }
  }
}
