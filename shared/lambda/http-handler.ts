import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { OutOfTime } from '../domain/errors.ts'
import type { Log } from '../domain/log-events.ts'
import { deadline } from './deadline.ts'
import { describeError } from './log.ts'
import { printableErrors } from './printable-errors.ts'
import { withinInvocation } from './time-left.ts'

/** A request in the form that API Gateway calls payload 2.0, read. */
export type HttpRequest = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** The fields of a form that was sent; none when the body is something else. */
  readonly form: URLSearchParams
  readonly cookies: ReadonlyMap<string, string>
}

export type HttpAnswer = {
  readonly status: number
  /** Names in lower case. They win over those that every answer gets. */
  readonly headers: Readonly<Record<string, string>>
  /** Whole `Set-Cookie` values. */
  readonly cookies?: readonly string[]
  readonly body: string
}

/** Time kept back to answer with a page of our own instead of the gateway's. */
const RESERVE_MS = 1_500

/**
 * A function behind an HTTP API. Neither path nor query is logged: a callback carries a code there. A failure is logged and
 * answered by `failed`, which also answers when the function cannot even start.
 * @param deps asked at each invocation: what is kept from one to the next is its own business
 */
export const httpHandler = <Deps>(
  use: (deps: Deps, request: HttpRequest) => Promise<HttpAnswer>,
  deps: () => Deps | Promise<Deps>,
  failed: (error: unknown) => HttpAnswer,
  log: Log,
) => {
  const answer = async (event: APIGatewayProxyEventV2, context: Context): Promise<HttpAnswer> => {
    const reason = (): Error => new OutOfTime('the invocation ran out of time before the request was answered')
    const end = deadline(context.getRemainingTimeInMillis() - RESERVE_MS, reason)
    try {
      return await Promise.race([
        Promise.resolve()
          .then(deps)
          .then((ready) => withinInvocation(context, () => use(ready, readRequest(event)))),
        end.passed,
      ])
    } catch (error) {
      log('lambda_failed', describeError(error))
      return failed(error)
    } finally {
      end.cancel()
    }
  }
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(printableErrors)
    .handler(async (event, context) => {
      const { status, headers, cookies = [], body } = await answer(event, context)
      log('lambda_completed_successfully', { method: event.requestContext.http.method, status })
      const isHttps = event.headers['x-forwarded-proto'] === 'https'
      return {
        statusCode: status,
        headers: { ...EVERY_ANSWER, ...(isHttps && { 'strict-transport-security': 'max-age=31536000' }), ...headers },
        cookies: [...cookies],
        body,
      }
    })
}

const EVERY_ANSWER: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

const readRequest = (event: APIGatewayProxyEventV2): HttpRequest => {
  const { body = '', headers } = event
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')
  const text = event.isBase64Encoded ? Buffer.from(body, 'base64').toString() : body
  return {
    method: event.requestContext.http.method,
    path: event.rawPath,
    query: new URLSearchParams(event.rawQueryString),
    form: new URLSearchParams(isForm ? text : ''),
    cookies: readCookies(event.cookies ?? (headers['cookie'] ?? '').split(';')),
  }
}

/** Of two with one name the first counts: the browser sends the one with the longer path first. */
const readCookies = (pairs: readonly string[]): ReadonlyMap<string, string> => {
  const cookies = new Map<string, string>()
  for (const pair of pairs) {
    const [name = '', ...value] = pair.trim().split('=')
    if (name !== '' && !cookies.has(name)) cookies.set(name, value.join('='))
  }
  return cookies
}
