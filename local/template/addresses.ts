import { ACCOUNT, REGION } from './place.ts'
import type { Address } from './resolve.ts'

/** What the rest of the template gets for this resource by `Ref` and `Fn::GetAtt`. @param queueUrl the address of a queue by its name */
export const addressOf = (
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
    case 'AWS::ApiGatewayV2::Api':
      return { ref: logicalId, attributes: { ApiId: logicalId, ApiEndpoint: `https://${logicalId}.execute-api.${REGION}.amazonaws.com` } }
    default:
      return { ref: logicalId, attributes: { Arn: `arn:aws:local:::${logicalId}`, Name: logicalId, Id: logicalId } }
  }
}
