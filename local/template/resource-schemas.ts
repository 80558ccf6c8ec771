import * as z from 'zod'

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)
export const Queue = z.looseObject({ QueueName: z.string(), VisibilityTimeout: z.coerce.number().default(30) })
export const Function = z.object({
  FunctionName: z.string(),
  Handler: z.string(),
  Code: z.object({ S3Key: z.string() }),
  Role: z.string(),
  Timeout: z.coerce.number(),
  MemorySize: z.coerce.number(),
  Environment: z.object({ Variables: z.record(z.string(), text) }).default({ Variables: {} }),
})
const Texts = z.union([z.string().transform((only) => [only]), z.array(z.string())])
export const Role = z.object({
  Policies: z
    .array(
      z.object({
        PolicyDocument: z.object({ Statement: z.array(z.object({ Effect: z.literal('Allow'), Action: Texts, Resource: Texts })) }),
      }),
    )
    .default([]),
})
export const EventSource = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.number().default(10),
  MaximumBatchingWindowInSeconds: z.number().default(0),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
})
export const Schedule = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.string().default('ENABLED'),
  Target: z.object({ Arn: z.string(), Input: z.string().optional() }),
})
export const Rule = z.object({
  Name: z.string().optional(),
  EventBusName: z.string().default('default'),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z
    .array(
      z.looseObject({
        Arn: z.string(),
        Input: z.string().optional(),
        InputTransformer: z.object({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() }).optional(),
      }),
    )
    .default([]),
})
export const Alarm = z.object({
  AlarmName: z.string(),
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  Threshold: z.coerce.number(),
  ComparisonOperator: z.string(),
  Period: z.coerce.number().default(60),
})
export const Bus = z.object({ Name: z.string() })
export const Secret = z.object({ Name: z.string(), Description: z.string().default('') })
export const Integration = z.object({ IntegrationUri: z.string(), PayloadFormatVersion: z.literal('2.0') })
export const Route = z.object({ RouteKey: z.string(), Target: z.string() })
