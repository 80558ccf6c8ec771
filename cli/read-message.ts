import * as z from 'zod'
import { CandleBatch, FetchJob } from '../shared/domain/messages.ts'
import { newYorkDate, newYorkTime } from '../shared/domain/new-york.ts'
import type { SeenMessage } from './queue-desk.ts'
import type { QueueName } from './stage-names.ts'

/** What a message is about. */
export type ReadMessage = {
  readonly sentAt: number
  readonly receives: number
  /** Undefined when the body is none of ours: its text is not shown, because nobody knows what is in it. */
  readonly content: { readonly kind: string; readonly ticker: string; readonly from: number; readonly to: number } | undefined
  /** What kind of event EventBridge could not hand over; undefined for all that is none. */
  readonly event: string | undefined
  readonly bytes: number
  readonly reason: string | undefined
  readonly outageId: string | undefined
  /** When a parked job failed first, epoch milliseconds. */
  readonly failedAt: number | undefined
}

/** Reads a message of this queue, whatever is in it. */
export const readMessage = (queue: QueueName, { body, sentAt, receives, attributes }: SeenMessage): ReadMessage => {
  const schema = queue === 'candles' || queue === 'candles-dlq' ? CandleBatch : FetchJob
  const parsed = schema.safeParse(json(body))
  return {
    sentAt,
    receives,
    content: parsed.success
      ? { kind: parsed.data.kind, ticker: parsed.data.ticker, from: parsed.data.from, to: parsed.data.to }
      : undefined,
    event: queue === 'events-dlq' ? eventOf(json(body)) : undefined,
    bytes: Buffer.byteLength(body),
    // EventBridge's own word for what went wrong. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    reason: attributes['reason'] ?? attributes['ERROR_CODE'],
    outageId: attributes['outageId'],
    failedAt: instantOf(attributes['failedAt']),
  }
}

/** The type of an event; a tick of a schedule has none. Only what is formed like one is shown. */
const eventOf = (body: unknown): string => {
  const parsed = z.object({ 'detail-type': z.string().regex(/^[\w ]{1,64}$/) }).safeParse(body)
  return parsed.success ? parsed.data['detail-type'] : 'tick'
}

/** For a person: `2019-02-12 10:00 to 10:05`, times of New York. */
export const windowText = (from: number, to: number): string => {
  const [first, last] = [newYorkDate(from), newYorkDate(to)]
  return `${first} ${newYorkTime(from)} to ${first === last ? '' : `${last} `}${newYorkTime(to)}`
}

/** ISO 8601 or epoch milliseconds. */
const instantOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}

const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
