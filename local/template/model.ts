import { basename } from 'node:path/posix'
import * as z from 'zod'
import { addressOf } from './addresses.ts'
import type { Template } from './compile.ts'
import { ACCOUNT, REGION } from './place.ts'
import { resolveValue, type Address } from './resolve.ts'
import { Alarm, Bus, EventSource, Function, Integration, Queue, Role, Route, Rule, Schedule, Secret } from './resource-schemas.ts'
import type { StackModel } from './stack-model.ts'

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
  const integrations = new Map(
    all('AWS::ApiGatewayV2::Integration', Integration).map(({ logicalId, properties }) => [logicalId, properties.IntegrationUri]),
  )
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
      zip: basename(properties.Code.S3Key),
      roleArn: properties.Role,
      timeoutSeconds: properties.Timeout,
      memoryMb: properties.MemorySize,
      environment: properties.Environment.Variables,
    })),
    roles: all('AWS::IAM::Role', Role).map(({ arn, properties }) => ({
      arn,
      statements: properties.Policies.flatMap(({ PolicyDocument }) =>
        PolicyDocument.Statement.map(({ Action: actions, Resource: resources }) => ({ actions, resources })),
      ),
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
          transformer: target.InputTransformer && {
            paths: target.InputTransformer.InputPathsMap,
            template: target.InputTransformer.InputTemplate,
          },
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
    routes: all('AWS::ApiGatewayV2::Route', Route).map(({ properties }) => ({
      routeKey: properties.RouteKey,
      functionArn: integrations.get(properties.Target.replace('integrations/', '')) ?? '',
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
