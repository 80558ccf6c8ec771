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
  /** The file that its code is uploaded as: `x.zip`. */
  readonly zip: string
  readonly roleArn: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly environment: Readonly<Record<string, string>>
}
/** What a role allows. */
export type RoleModel = {
  readonly arn: string
  readonly statements: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[]
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
  readonly targets: readonly TargetModel[]
}
export type TargetModel = {
  readonly arn: string
  /** What the target gets instead of the event. */
  readonly input: unknown
  /** How its text is made of the event: JSON paths by name, and lines that name them in angle brackets. */
  readonly transformer?: { readonly paths: Readonly<Record<string, string>>; readonly template: string } | undefined
}
/** A route of the HTTP API, such as `GET /reauth`, and the function behind it. */
export type RouteModel = { readonly routeKey: string; readonly functionArn: string }
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
  readonly roles: readonly RoleModel[]
  readonly eventSources: readonly EventSourceModel[]
  readonly schedules: readonly ScheduleModel[]
  readonly rules: readonly RuleModel[]
  readonly alarms: readonly AlarmModel[]
  readonly secrets: readonly SecretModel[]
  readonly routes: readonly RouteModel[]
}
