import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
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

/** Answers one AWS JSON 1.1 call. Signatures are not looked at, and so no clock has to agree with another. */
export const answerAws = async (
  services: readonly AwsService[],
  request: IncomingMessage,
  response: ServerResponse,
  log: AwsLog,
): Promise<void> => {
  const [target = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.')
  const service = services.find((one) => one.target === target)
  try {
    // The body is read even for a call that is refused: a connection with a rest on it cannot be used again.
    const body = await readBody(request)
    const act = service !== undefined && Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined
    if (act === undefined) throw new AwsError('UnknownOperationException', 'The operation is not known here.')
    send(response, 200, act(parseJson(body)))
  } catch (error) {
    if (!(error instanceof AwsError))
      log('aws_call_failed', { operation: `${target}.${operation}`, error: error instanceof Error ? error.name : 'unknown' })
    const known =
      error instanceof AwsError ? error : new AwsError('InternalFailure', 'The request failed because of an internal error.', 500)
    if (known.status === 413) response.setHeader('connection', 'close')
    const messageKey = service === undefined || COMMON.has(known.code) ? 'message' : service.messageKey
    send(response, known.status, { __type: known.code, [messageKey]: known.message })
  }
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new AwsError('RequestEntityTooLarge', 'The request is too large.', 413)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** The parser's own error would repeat a piece of the body. */
const parseJson = (body: string): unknown => {
  try {
    const input: unknown = JSON.parse(body === '' ? '{}' : body)
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input
  } catch {}
  throw new AwsError('SerializationException', 'The request is not a JSON object.')
}

const send = (response: ServerResponse, status: number, content: object): void => {
  const body = Buffer.from(JSON.stringify(content))
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'content-length': body.length,
    'x-amzn-requestid': randomUUID(),
  })
  response.end(body)
}
