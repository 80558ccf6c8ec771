import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InternalServiceError,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  SecretsManagerServiceException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { secretsManager } from '../../shared/adapters/secrets-manager.ts'

const aws = mockClient(SecretsManagerClient)
const secret = secretsManager({ client: new SecretsManagerClient({ region: 'us-east-1' }), secretId: 'the-token' })
const failure = { $metadata: {}, message: 'the words of AWS' }
const named = (name: string) => new SecretsManagerServiceException({ ...failure, name, $fault: 'client' })
const moved = new InvalidParameterException(failure)

beforeEach(() => aws.reset())

describe('the Secrets Manager adapter', () => {
  it.each([
    ['a missing secret', new ResourceNotFoundException(failure), 'TOKEN_UNREADABLE'],
    ['a missing grant', named('AccessDeniedException'), 'TOKEN_UNREADABLE'],
    ['throttling', named('ThrottlingException'), 'AWS_UNAVAILABLE'],
    ['a failure within AWS', new InternalServiceError(failure), 'AWS_UNAVAILABLE'],
    ['a lost connection', Object.assign(new Error('read'), { code: 'ECONNRESET' }), 'AWS_UNAVAILABLE'],
    ['a time-out', new DOMException('late', 'TimeoutError'), 'AWS_UNAVAILABLE'],
  ])('turns %s into a failure of ours', async (_symptom, error, code) => {
    aws.on(GetSecretValueCommand).rejects(error)
    await expect(secret.current()).rejects.toMatchObject({ code })
  })

  it('names the secret that it cannot read', async () => {
    aws.on(GetSecretValueCommand).rejects(new ResourceNotFoundException(failure))
    await expect(secret.current()).rejects.toThrow('the-token: ResourceNotFoundException')
  })

  it('reads what was stored as bytes as a version like any other, so that it can be judged and replaced', async () => {
    aws.on(GetSecretValueCommand).resolves({ VersionId: 'a', SecretBinary: new TextEncoder().encode('{"näh":1}') })
    expect(await secret.current()).toEqual({ versionId: 'a', value: '{"näh":1}' })
    aws.on(GetSecretValueCommand).resolves({ VersionId: 'b' })
    expect(await secret.current()).toEqual({ versionId: 'b', value: '' })
  })

  it('gives every call a time limit', async () => {
    aws.on(GetSecretValueCommand).resolves({ VersionId: 'a', SecretString: 'text' })
    await secret.current()
    expect(aws.send.firstCall.args).toMatchObject([{}, { abortSignal: expect.any(AbortSignal) }])
  })

  it('stores a new version as AWSPENDING only', async () => {
    aws.on(PutSecretValueCommand).resolves({ VersionId: 'b' })
    expect(await secret.putPending('text')).toBe('b')
    expect(aws.send.firstCall.args[0].input).toEqual({ SecretId: 'the-token', SecretString: 'text', VersionStages: ['AWSPENDING'] })
  })

  it('takes no pending version for one that was promoted before its label could be removed', async () => {
    aws.on(GetSecretValueCommand).resolves({ VersionId: 'b', SecretString: 'text', VersionStages: ['AWSCURRENT', 'AWSPENDING'] })
    expect(await secret.pending()).toBeUndefined()
    aws.on(GetSecretValueCommand).resolves({ VersionId: 'b', SecretString: 'text', VersionStages: ['AWSPREVIOUS', 'AWSPENDING'] })
    expect(await secret.pending()).toBeUndefined()
  })

  it('counts a promotion as done when only the answer to the first try was lost', async () => {
    aws.on(UpdateSecretVersionStageCommand).rejects(moved)
    aws.on(DescribeSecretCommand).resolves({ VersionIdsToStages: { b: ['AWSCURRENT'], a: ['AWSPREVIOUS'] } })
    expect(await secret.promote('b', 'a')).toBe('promoted')
  })

  it('answers moved when AWSCURRENT is at a third version', async () => {
    aws.on(UpdateSecretVersionStageCommand).rejects(moved)
    aws.on(DescribeSecretCommand).resolves({ VersionIdsToStages: { c: ['AWSCURRENT'], a: ['AWSPREVIOUS'] } })
    expect(await secret.promote('b', 'a')).toBe('moved')
  })

  it('does not answer moved when AWSCURRENT has not', async () => {
    aws.on(UpdateSecretVersionStageCommand).rejects(moved)
    aws.on(DescribeSecretCommand).resolves({ VersionIdsToStages: { a: ['AWSCURRENT'] } })
    await expect(secret.promote('b', 'a')).rejects.toMatchObject({ code: 'TOKEN_UNREADABLE' })
  })

  it('is not disturbed when the pending label cannot be removed after a promotion', async () => {
    aws.on(UpdateSecretVersionStageCommand).rejects(named('ThrottlingException'))
    aws.on(UpdateSecretVersionStageCommand, { VersionStage: 'AWSCURRENT' }).resolves({})
    expect(await secret.promote('b', 'a')).toBe('promoted')
  })
})
