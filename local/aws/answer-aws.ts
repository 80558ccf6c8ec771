import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Service, ServiceAnswer } from '../http/service.ts'
import { AwsError } from './aws-error.ts'
import type { AwsService } from './aws-service.ts'

/** A log of its own: these events are the stack's, not the pipeline's. Fields never hold what a caller sent. */
export type AwsLog = (event: string, fields?: Readonly<Record<string, string | number>>) => void

/** Somewhat more than the largest valid request, a full PutEvents in JSON escapes. */
const MAX_BODY_BYTES = 4 * 1_048_576

/** Errors that every service has, whose message is spelled `message` by all. */
const COMMON: ReadonlySet<string> = new Set([
  'InternalFailure',
  'RequestEntityTooLarge',
  'SerializationException',
  'UnknownOperationException',
  'ValidationException',
])

/** Answers AWS JSON 1.1 calls. Signatures are not looked at, and so no clock has to agree with another. */
export const awsService =
  (services: readonly AwsService[], log: AwsLog): Service =>
  async ({ headers, body }) => {
    const [target = '', operation = ''] = String(headers['x-amz-target'] ?? '').split('.')
    const service = services.find((one) => one.target === target)
    try {
      if (body.length > MAX_BODY_BYTES) throw new AwsError('RequestEntityTooLarge', 'The request is too large.', 413)
      const act = service !== undefined && Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined
      if (act === undefined) throw new AwsError('UnknownOperationException', 'The operation is not known here.')
      return answer(200, act(parseJson(body.toString())))
    } catch (error) {
      if (!(error instanceof AwsError))
        log('aws_call_failed', { operation: `${target}.${operation}`, error: error instanceof Error ? error.name : 'unknown' })
      const known =
        error instanceof AwsError ? error : new AwsError('InternalFailure', 'The request failed because of an internal error.', 500)
      const messageKey = service === undefined || COMMON.has(known.code) ? 'message' : service.messageKey
      const { status, headers: made, body: text } = answer(known.status, { __type: known.code, [messageKey]: known.message })
      // What is left of a body that is too large cannot be told from the next request.
      return { status, headers: known.status === 413 ? { ...made, connection: 'close' } : made, body: text }
    }
  }

/** Answers one request that came by HTTP. */
export const answerAws = async (service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { method = 'GET', url: path = '/', headers } = request
  const { status, headers: answered, body } = await service({ method, path, headers, body: await readBody(request) })
  response.writeHead(status, { ...answered, 'content-length': body.length })
  response.end(body)
}

/** Read to the end also for a call that is refused (a connection with a rest on it cannot be used again), but for one that is too large. */
const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue
    bytes += chunk.length
    chunks.push(chunk)
    if (bytes > MAX_BODY_BYTES) break
  }
  return Buffer.concat(chunks)
}

/** The parser's own error would repeat a piece of the body. */
const parseJson = (body: string): unknown => {
  try {
    const input: unknown = JSON.parse(body === '' ? '{}' : body)
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input
  } catch {}
  throw new AwsError('SerializationException', 'The request is not a JSON object.')
}

const answer = (status: number, content: object): ServiceAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() },
  body: Buffer.from(JSON.stringify(content)),
})
