import { describe, expect, it } from 'vitest'
import type { Template } from '../../local/template/compile.ts'
import { stackModel } from '../../local/template/model.ts'
import { resolveValue } from '../../local/template/resolve.ts'

const url = (name: string): string => `http://sqs/${name}`
const modelOf = (Resources: Template['Resources'], Parameters?: Template['Parameters']) => stackModel({ Resources, Parameters }, url)

const queue = (QueueName: string, more: object = {}) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName, ...more } })
const RESOURCES = {
  Jobs: queue('jobs', {
    VisibilityTimeout: 180,
    SqsManagedSseEnabled: true,
    RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['JobsDlq', 'Arn'] }, maxReceiveCount: 100 },
  }),
  JobsDlq: queue('jobs-dlq'),
  FetcherRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      Policies: [
        {
          PolicyName: 'calls',
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Allow',
                Action: 'sqs:SendMessage',
                Resource: [{ 'Fn::GetAtt': ['JobsDlq', 'Arn'] }, { 'Fn::GetAtt': 'Jobs.Arn' }],
              },
            ],
          },
        },
      ],
    },
  },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'kite' } },
  FetcherFn: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'fetcher',
      Handler: 'functions/fetcher/handler.handler',
      Code: { S3Bucket: 'bucket', S3Key: 'serverless/kite/prod/1-now/fetcher.zip' },
      Role: { 'Fn::GetAtt': ['FetcherRole', 'Arn'] },
      Timeout: 30,
      MemorySize: 512,
      Environment: {
        Variables: {
          JOBS_QUEUE_URL: { Ref: 'Jobs' },
          BUS: { Ref: 'Bus' },
          LIMIT: 120,
          REGION_ARN: { 'Fn::Sub': 'arn:${AWS::Partition}:x:${AWS::Region}:${AWS::AccountId}:${JobsDlq.QueueName}/${!Literal}' },
        },
      },
    },
  },
  FetcherJobs: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      FunctionName: { 'Fn::GetAtt': ['FetcherFn', 'Arn'] },
      EventSourceArn: { 'Fn::GetAtt': ['Jobs', 'Arn'] },
      BatchSize: 5,
      MaximumBatchingWindowInSeconds: 2,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 4 },
    },
  },
}

const JOBS_ARN = 'arn:aws:sqs:us-east-1:000000000000:jobs'
const FETCHER_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:fetcher'

describe('the model of the compiled template', () => {
  it('has the queues with what CreateQueue takes', () => {
    expect(modelOf(RESOURCES).queues).toEqual([
      {
        name: 'jobs',
        arn: JOBS_ARN,
        visibilitySeconds: 180,
        attributes: {
          VisibilityTimeout: '180',
          RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:jobs-dlq","maxReceiveCount":100}',
        },
      },
      {
        name: 'jobs-dlq',
        arn: 'arn:aws:sqs:us-east-1:000000000000:jobs-dlq',
        visibilitySeconds: 30,
        attributes: { VisibilityTimeout: '30' },
      },
    ])
  })

  it('has the functions with their environment variables as text', () => {
    expect(modelOf(RESOURCES).functions).toEqual([
      {
        logicalId: 'FetcherFn',
        name: 'fetcher',
        arn: FETCHER_ARN,
        handler: 'functions/fetcher/handler.handler',
        zip: 'fetcher.zip',
        roleArn: 'arn:aws:local:::FetcherRole',
        timeoutSeconds: 30,
        memoryMb: 512,
        environment: {
          JOBS_QUEUE_URL: 'http://sqs/jobs',
          BUS: 'kite',
          LIMIT: '120',
          REGION_ARN: 'arn:aws:x:us-east-1:000000000000:jobs-dlq/${Literal}',
        },
      },
    ])
  })

  it('has the roles with what each allows', () => {
    expect(modelOf(RESOURCES).roles).toEqual([
      { arn: 'arn:aws:local:::FetcherRole', statements: [{ actions: ['sqs:SendMessage'], resources: [`${JOBS_ARN}-dlq`, JOBS_ARN] }] },
    ])
  })

  it('has the event sources, with the defaults of Lambda', () => {
    const bare = { FunctionName: { 'Fn::GetAtt': 'FetcherFn.Arn' }, EventSourceArn: { 'Fn::GetAtt': 'JobsDlq.Arn' } }
    const { eventSources } = modelOf({ ...RESOURCES, Bare: { Type: 'AWS::Lambda::EventSourceMapping', Properties: bare } })
    expect(eventSources).toEqual([
      { functionArn: FETCHER_ARN, queueArn: JOBS_ARN, batchSize: 5, windowSeconds: 2, maximumConcurrency: 4, partialFailures: true },
      {
        functionArn: FETCHER_ARN,
        queueArn: `${JOBS_ARN}-dlq`,
        batchSize: 10,
        windowSeconds: 0,
        maximumConcurrency: 1000,
        partialFailures: false,
      },
    ])
  })

  it('has the schedules that are switched on', () => {
    const Target = { Arn: { 'Fn::GetAtt': ['FetcherFn', 'Arn'] }, Input: '{"reason":"tick"}' }
    const schedule = (more: object) => ({
      Type: 'AWS::Scheduler::Schedule',
      Properties: { ScheduleExpression: 'rate(1 minute)', Target, ...more },
    })
    const { schedules } = modelOf({
      ...RESOURCES,
      A: schedule({ ScheduleExpressionTimezone: 'America/New_York' }),
      B: schedule({ Target: { Arn: 'arn:x' } }),
      Off: schedule({ State: 'DISABLED' }),
    })
    expect(schedules).toEqual([
      { functionArn: FETCHER_ARN, expression: 'rate(1 minute)', timezone: 'America/New_York', input: { reason: 'tick' } },
      { functionArn: 'arn:x', expression: 'rate(1 minute)', timezone: 'UTC', input: {} },
    ])
  })

  it('has the rules with their patterns and targets', () => {
    const EventPattern = { source: ['aws.cloudwatch'], resources: [{ 'Fn::GetAtt': ['Depth', 'Arn'] }] }
    const Targets = [{ Id: 'a', Arn: { 'Fn::GetAtt': ['Jobs', 'Arn'] }, Input: '{"fixed":true}' }]
    const { rules } = modelOf({
      ...RESOURCES,
      Depth: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { AlarmName: 'depth', Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' },
      },
      OnAlarm: { Type: 'AWS::Events::Rule', Properties: { EventPattern, Targets } },
      OnBus: { Type: 'AWS::Events::Rule', Properties: { Name: 'named', EventBusName: { Ref: 'Bus' }, ScheduleExpression: 'rate(1 hour)' } },
      Off: { Type: 'AWS::Events::Rule', Properties: { EventPattern, State: 'DISABLED' } },
    })
    expect(rules).toEqual([
      {
        name: 'OnAlarm',
        busName: 'default',
        pattern: { source: ['aws.cloudwatch'], resources: ['arn:aws:cloudwatch:us-east-1:000000000000:alarm:depth'] },
        expression: undefined,
        targets: [{ arn: JOBS_ARN, input: { fixed: true } }],
      },
      { name: 'named', busName: 'kite', pattern: undefined, expression: 'rate(1 hour)', targets: [] },
    ])
  })

  it('has the alarms on the depth of a queue, and leaves the others to AWS', () => {
    const alarm = (more: object) => ({
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { AlarmName: 'depth', Threshold: 0, ComparisonOperator: 'GreaterThanThreshold', MetricName: 'Age', ...more },
    })
    const Dimensions = [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['JobsDlq', 'QueueName'] } }]
    const { alarms } = modelOf({
      ...RESOURCES,
      Depth: alarm({ Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible', Dimensions, Period: 300 }),
      Freshness: alarm({ Namespace: 'AlphaKite', Dimensions }),
    })
    expect(alarms).toEqual([
      {
        name: 'depth',
        arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:depth',
        queueName: 'jobs-dlq',
        metric: 'ApproximateNumberOfMessagesVisible',
        threshold: 0,
        comparison: 'GreaterThanThreshold',
        periodSeconds: 300,
      },
    ])
  })

  it('has the buses and the secrets', () => {
    const { buses, secrets } = modelOf({ ...RESOURCES, Token: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'token' } } })
    expect(buses).toEqual(['kite'])
    expect(secrets).toEqual([{ name: 'token', description: '' }])
  })

  it('has the routes of the HTTP API with the functions behind them', () => {
    const { routes } = modelOf({
      ...RESOURCES,
      HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'kite', ProtocolType: 'HTTP' } },
      ToFetcher: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: { IntegrationUri: { 'Fn::GetAtt': ['FetcherFn', 'Arn'] }, PayloadFormatVersion: '2.0' },
      },
      Page: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: { RouteKey: 'GET /reauth', Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'ToFetcher' }]] } },
      },
    })
    expect(routes).toEqual([{ routeKey: 'GET /reauth', functionArn: FETCHER_ARN }])
  })

  it('has an address for the HTTP API in the region', () => {
    const environment = { Variables: { URL: { 'Fn::Sub': 'https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}' } } }
    const { functions } = modelOf({
      HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} },
      FetcherRole: RESOURCES.FetcherRole,
      Jobs: RESOURCES.Jobs,
      JobsDlq: RESOURCES.JobsDlq,
      FetcherFn: { ...RESOURCES.FetcherFn, Properties: { ...RESOURCES.FetcherFn.Properties, Environment: environment } },
    })
    expect(functions[0]?.environment).toEqual({ URL: 'https://HttpApi.execute-api.us-east-1.amazonaws.com' })
  })

  it('has what a rule makes of an event for a topic', () => {
    const { rules } = modelOf({
      Mail: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'mail' } },
      Tell: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['x'] },
          Targets: [{ Id: 'mail', Arn: { Ref: 'Mail' }, InputTransformer: { InputPathsMap: { a: '$.detail.a' }, InputTemplate: '"<a>"' } }],
        },
      },
    })
    expect(rules[0]?.targets).toEqual([
      { arn: 'arn:aws:sns:us-east-1:000000000000:mail', input: undefined, transformer: { paths: { a: '$.detail.a' }, template: '"<a>"' } },
    ])
  })

  it('names the resource that lacks something', () => {
    expect(() => modelOf({ Half: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'half' } } })).toThrow(
      /serverless\.yml: the local stack cannot run Half: [^]*Handler/,
    )
  })
})

describe('the intrinsic functions of a template', () => {
  const context = {
    template: {
      Resources: {},
      Parameters: { Stage: { Default: 'prod' } },
      Conditions: {
        IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
        IsOther: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }] },
        IsOdd: { 'Fn::Contains': [] },
      },
    },
    addresses: new Map([['Jobs', { ref: 'http://sqs/jobs', attributes: { Arn: JOBS_ARN } }]]),
    region: 'us-east-1',
    accountId: '000000000000',
    stackName: 'local',
  }
  const resolve = (value: unknown) => resolveValue(value, context)

  it.each([
    ['a resource', { Ref: 'Jobs' }, 'http://sqs/jobs'],
    ['a pseudo parameter', { Ref: 'AWS::StackName' }, 'local'],
    ['a parameter', { Ref: 'Stage' }, 'prod'],
    ['an attribute in a list', { 'Fn::GetAtt': ['Jobs', 'Arn'] }, JOBS_ARN],
    ['an attribute in a text', { 'Fn::GetAtt': 'Jobs.Arn' }, JOBS_ARN],
    ['a text with its own variables', { 'Fn::Sub': ['${who}@${Stage}', { who: { Ref: 'AWS::Region' } }] }, 'us-east-1@prod'],
    ['a join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 3]] }, 'a-prod-3'],
    ['a choice', { 'Fn::If': ['IsProd', { Ref: 'Stage' }, 'x'] }, 'prod'],
    ['a property that has no value', { a: { 'Fn::If': ['IsOther', 'x', { Ref: 'AWS::NoValue' }] }, b: 1 }, { b: 1 }],
    ['what is deep inside', [{ a: { b: [{ Ref: 'Stage' }] }, c: null }], [{ a: { b: ['prod'] }, c: null }]],
    ['an object with a Ref among other names', { Ref: 'Jobs', Other: 1 }, { Ref: 'Jobs', Other: 1 }],
  ])('stand for %s', (_, value, expected) => {
    expect(resolve(value)).toEqual(expected)
  })

  it.each([
    [{ 'Fn::ImportValue': 'x' }, 'the local stack does not know Fn::ImportValue'],
    [{ 'Fn::If': ['Nobody', 1, 2] }, 'Fn::If: there is no condition Nobody'],
    [{ 'Fn::If': ['IsOdd', 1, 2] }, 'the local stack does not know the condition Fn::Contains'],
    [{ Ref: 'Nobody' }, 'Ref Nobody: there is no such resource'],
    [{ 'Fn::GetAtt': ['Jobs', 'Colour'] }, 'GetAtt Jobs.Colour: the local stack has no such attribute'],
    [{ 'Fn::Sub': '${Nobody.Arn}' }, 'GetAtt Nobody.Arn'],
    [{ 'Fn::Sub': '${Nobody}' }, 'Ref Nobody'],
  ])('are refused by name: %j', (value, message) => {
    expect(() => resolve({ deep: [value] })).toThrow(message)
  })
})
