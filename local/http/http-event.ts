import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { ACCOUNT } from '../template/place.ts'
import type { RouteMatch } from './match-route.ts'

export type HttpCall = {
  readonly method: string
  /** Path and query as they came. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly sourceIp: string
}

const API_ID = 'local'

/**
 * What API Gateway hands to a function, payload format 2.0: header names in small letters, cookies apart, several values joined by commas.
 * @param now simulated time, epoch milliseconds
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const httpEvent = (call: HttpCall, { route, pathParameters }: RouteMatch, now: number) => {
  const [rawPath = '/', ...query] = call.url.split('?')
  const rawQueryString = query.join('?')
  const { cookie, ...headers } = call.headers
  const isText = isTextual(call.headers['content-type'])
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')])),
    ...(rawQueryString !== '' && { queryStringParameters: queryParameters(rawQueryString) }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: API_ID,
      domainName: call.headers.host ?? '',
      domainPrefix: API_ID,
      http: {
        method: call.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: call.sourceIp,
        userAgent: call.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: '$default',
      time: logTime(now),
      timeEpoch: now,
    },
    ...(call.body.length > 0 && { body: call.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: call.body.length > 0 && !isText,
  }
}

const queryParameters = (query: string): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) found[name] = name in found ? `${found[name]},${value}` : value
  return found
}

/** API Gateway hands on these as text and encodes everything else. */
const isTextual = (contentType = 'text/plain'): boolean => /^text\/|^application\/(json|javascript|xml)/i.test(contentType)

/** As access logs write it: `12/Feb/2019:15:00:00 +0000`. */
const logTime = (at: number): string => {
  const [, day, month, year, time] = new Date(at).toUTCString().split(' ')
  return `${day}/${month}/${year}:${time} +0000`
}
