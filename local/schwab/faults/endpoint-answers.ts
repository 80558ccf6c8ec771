import * as z from 'zod'
import { MINUTE } from '../../../shared/domain/time.ts'
import { type Answer, errorEnvelope, jsonAnswer, noSuchRoute, rawAnswer } from '../answer.ts'
import type { EndpointAnswer } from './fault.ts'

/** What an answer may be made of: the true one, and the true one's empty form. */
export type Instead = {
  readonly path: string
  readonly seconds: number
  /** So many bars are left by `cut`. */
  readonly keep: number
  /** When `stale` began, epoch milliseconds. */
  readonly since: number
  /** The answer without the fault; asked for only by those that send it in a bad way. */
  readonly real: () => Answer
  /** What `empty` means at this endpoint. */
  readonly empty: () => Answer
}

const ANSWERS: { readonly [Name in EndpointAnswer]: (instead: Instead) => Answer } = {
  '429': () => jsonAnswer(429, { message: 'Too many requests' }),
  '429-retry-after': ({ seconds }) => ({
    ...jsonAnswer(429, { message: 'Too many requests' }),
    headers: { 'content-type': 'application/json', 'retry-after': String(seconds) },
  }),
  '400': () => errorEnvelope(400, 'The request is wrong', 'startDate'),
  '401': () => errorEnvelope(401, 'Client not authorized'),
  '404-envelope': () => errorEnvelope(404, 'Symbol not found'),
  '500': () => errorEnvelope(500),
  '503': () => rawAnswer(503, 'text/plain', 'no healthy upstream'),
  '503-retry-after': ({ seconds }) => ({
    ...rawAnswer(503, 'text/plain', 'no healthy upstream'),
    headers: { 'content-type': 'text/plain', 'retry-after': String(seconds) },
  }),
  'upstream-timeout': () => rawAnswer(504, 'text/plain', 'upstream request timeout'),
  'html-403': () =>
    rawAnswer(403, 'text/html', '<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1></body></html>'),
  'plain-404': ({ path }) => noSuchRoute(path),
  fault: () =>
    jsonAnswer(500, { fault: { faultstring: 'Unexpected end of stream', detail: { errorcode: 'messaging.adaptors.http.flow' } } }),
  hang: () => ({ ...rawAnswer(200, 'application/json', ''), delivery: { how: 'hang' } }),
  slow: ({ real, seconds }) => ({ ...real(), delivery: { how: 'slow', delaySeconds: seconds } }),
  truncated: ({ real }) => ({ ...real(), delivery: { how: 'truncated' } }),
  empty: ({ empty }) => empty(),
  stale: ({ real, since }) => withBars(real(), (bars) => bars.filter(({ datetime }) => datetime + MINUTE <= since)),
  cut: ({ real, keep }) => withBars(real(), (bars) => bars.slice(-keep)),
}

const History = z.looseObject({ candles: z.array(z.looseObject({ datetime: z.number() })) })
type Bars = z.infer<typeof History>['candles']

/** A price history with other bars; any other answer as it is. */
const withBars = (answer: Answer, change: (bars: Bars) => Bars): Answer => {
  const history = answer.status === 200 ? History.safeParse(JSON.parse(answer.body)) : undefined
  if (history?.success !== true) return answer
  const candles = change(history.data.candles)
  return jsonAnswer(200, { ...history.data, candles, empty: candles.length === 0 })
}

export const answerInstead = (answer: EndpointAnswer, instead: Instead): Answer => ANSWERS[answer](instead)
