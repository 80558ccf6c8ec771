import { REGION } from './template/place.ts'

/** Where the functions of the stack find the world. The SDK reads its endpoints by itself. */
export type FunctionAddresses = {
  /** Secrets Manager and EventBridge. */
  readonly aws: string
  readonly sqs: string
  readonly schwab: string
  /** The HTTP API. */
  readonly reauth: string
  /** The run's pipeline file, a path. */
  readonly pipelineFile: string
}

/** What the functions get on top of the template's own environment variables. */
export const functionVariables = ({ aws, sqs, schwab, reauth, pipelineFile }: FunctionAddresses): Readonly<Record<string, string>> => ({
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_SQS: sqs,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: aws,
  AWS_ENDPOINT_URL_EVENTBRIDGE: aws,
  SCHWAB_URL: schwab,
  REAUTH_URL: reauth,
  PIPELINE_FILE: pipelineFile,
})
