import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { AwsError } from './aws-error.ts'
import { parseInput } from './aws-input.ts'
import type { BusEvent, JournalEntry } from './bus-event.ts'

/** A request's entries together may have so many bytes. */
const MAX_BYTES = 1_048_576
/** What EventBridge counts for an entry's time. */
const TIME_BYTES = 14

const Entry = z.object({
  Time: z.union([z.number(), z.string()]).optional(),
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  EventBusName: z.string().min(1).max(1600).optional(),
})
type Entry = z.infer<typeof Entry>
const PutEventsInput = z.object({ Entries: z.array(Entry).min(1).max(10) })

type Place = { readonly region: string; readonly account: string; readonly clock: () => number }
type Failure = { readonly ErrorCode: string; readonly ErrorMessage: string }
export type PutResult = { readonly entry: JournalEntry } | { readonly failure: Failure }

/** Reads each entry of a request by itself: one that is wrong does not stop the others. @throws AwsError for the request as a whole */
export const readEntries = (input: unknown, place: Place): readonly PutResult[] => {
  const { Entries } = parseInput(PutEventsInput, input)
  if (Entries.reduce((bytes, entry) => bytes + sizeOf(entry), 0) > MAX_BYTES)
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.')
  return Entries.map((entry) => readEntry(entry, place))
}

const readEntry = (entry: Entry, { region, account, clock }: Place): PutResult => {
  const { Source: source, DetailType: detailType, Detail: text } = entry
  if (!source) return required('Source')
  if (!detailType) return required('DetailType')
  if (!text) return required('Detail')
  if (source.startsWith('aws.'))
    return { failure: { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' } }
  const detail = parseDetail(text)
  if (detail === undefined) return { failure: { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' } }
  const event: BusEvent = {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account,
    time: `${new Date(timeOf(entry.Time) ?? clock()).toISOString().slice(0, 19)}Z`,
    region,
    resources: entry.Resources ?? [],
    detail,
  }
  return { entry: { bus: busNameOf(entry.EventBusName), event } }
}

const required = (member: string): PutResult => ({
  failure: { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${member} is not valid. Reason: ${member} is a required argument.` },
})

const Detail = z.record(z.string(), z.unknown())
const parseDetail = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    return Detail.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** JSON 1.1 has seconds since 1970; a time that cannot be read is left out. */
const timeOf = (time: Entry['Time']): number | undefined => {
  const at = typeof time === 'number' ? time * 1000 : Date.parse(time ?? '')
  return Number.isNaN(at) || Math.abs(at) > 8.64e15 ? undefined : at
}

/** A bus may be named by its ARN. */
export const busNameOf = (nameOrArn: string | undefined): string =>
  nameOrArn?.startsWith('arn:') === true ? nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1) : (nameOrArn ?? 'default')

const sizeOf = (entry: Entry): number =>
  (entry.Time === undefined ? 0 : TIME_BYTES) +
  [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])].reduce(
    (bytes, text) => bytes + Buffer.byteLength(text ?? ''),
    0,
  )
