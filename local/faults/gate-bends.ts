import type { IncomingMessage } from 'node:http'
import * as z from 'zod'
import type { FaultBoard } from './fault-board.ts'
import type { Bend, Called, GateAnswer } from './gate.ts'

/** Says how a call goes while faults are set on the board. */
export type Bender = (called: Called, request: IncomingMessage) => Bend | undefined

/** `supabase`: every call, of whatever kind. */
export const bendSupabase =
  (board: FaultBoard): Bender =>
  ({ operation }) => {
    if (board.find('supabase')?.mode === 'statement-timeout') return giveUpLongCalls(board, operation)
    const fault = board.play('supabase')
    if (fault === undefined) return undefined
    if (fault.mode === 'down') return { how: 'break' }
    if (fault.mode === 'slow') return { how: 'delay', ms: fault.seconds * 1000 }
    const problem = json(500, { code: 'XX000', details: null, hint: null, message: 'internal error' })
    return { how: 'replace', answer: async () => problem }
  }

/** As hosted Supabase ends a statement after eight seconds: of the calls that bring bars or indicators, those with too many. */
const giveUpLongCalls = (board: FaultBoard, operation: string): Bend | undefined => {
  if (operation !== 'ingest_candles' && operation !== 'put_indicators') return undefined
  return {
    how: 'replace',
    answer: async (body, ask) => {
      const { p_batch = [], p_puts = [] } = Brought.parse(JSON.parse(body.toString()))
      const rows = [...p_batch, ...p_puts].reduce((sum, { t }) => sum + t.length, 0)
      if (board.play('supabase', ({ bars = MOST_BARS }) => rows > bars) === undefined) return ask(body)
      return json(500, { code: '57014', details: null, hint: null, message: 'canceling statement due to statement timeout' })
    },
  }
}

/** Where the fault does not say: as many as a session has and a little more. */
const MOST_BARS = 400

const Columns = z.array(z.object({ t: z.array(z.number()) }))
const Brought = z.object({ p_batch: Columns.optional(), p_puts: Columns.optional() })

/** `sqs-send-partial`: every second message sent in a batch, counted over all calls, so that a repeated one comes through. */
export const bendSqs = (board: FaultBoard): Bender => {
  let seen = 0
  return ({ operation }) => {
    if (operation !== 'SendMessageBatch' || board.find('sqs-send-partial') === undefined) return undefined
    return {
      how: 'replace',
      answer: async (body, ask) => {
        const batch = Batch.parse(JSON.parse(body.toString()))
        const refused = batch.Entries.filter(() => seen++ % 2 === 1)
        if (refused.length === 0 || board.play('sqs-send-partial') === undefined) return ask(body)
        const taken = batch.Entries.filter((entry) => !refused.includes(entry))
        const answer = taken.length === 0 ? json(200, {}) : await ask(Buffer.from(JSON.stringify({ ...batch, Entries: taken })))
        if (answer.status !== 200) return answer
        const { Failed = [], ...rest } = Sent.parse(JSON.parse(answer.body.toString()))
        const failed = refused.map(({ Id }) => ({ Id, SenderFault: false, Code: 'InternalError', Message: 'The message was not taken.' }))
        return json(200, { ...rest, Failed: [...Failed, ...failed] })
      },
    }
  }
}

const Batch = z.looseObject({ Entries: z.array(z.looseObject({ Id: z.string() })) })
const Sent = z.looseObject({ Failed: z.array(z.unknown()).optional() })

/**
 * `events-down`, and `secret` for whoever reads the token's secret.
 * @param tokenSecret the name of that secret
 * @param clock the simulated time, epoch milliseconds
 */
export const bendAws =
  (board: FaultBoard, tokenSecret: string, clock: () => number): Bender =>
  ({ operation }) => {
    if (operation === 'PutEvents' && board.play('events-down') !== undefined) {
      const problem = json(500, { __type: 'InternalException', message: 'An internal error occurred.' })
      return { how: 'replace', answer: async () => problem }
    }
    const isFull = board.find('secret')?.kind === 'full'
    const meets = isFull ? FULL.has(operation) : operation === 'GetSecretValue'
    if (!meets || board.find('secret') === undefined) return undefined
    return {
      how: 'replace',
      answer: async (body, ask) => {
        const { SecretId } = Read.parse(JSON.parse(body.toString()))
        const isToken = SecretId === tokenSecret || SecretId.includes(`:secret:${tokenSecret}-`)
        const fault = isToken ? board.play('secret') : undefined
        if (fault === undefined) return ask(body)
        if (fault.kind === 'full') return operation === 'PutSecretValue' ? TOO_MANY : fullOf(await ask(body), clock())
        if (fault.kind === 'missing')
          return json(400, { __type: 'ResourceNotFoundException', Message: "Secrets Manager can't find the specified secret." })
        const answer = await ask(body)
        if (answer.status !== 200) return answer
        return json(200, { ...Value.parse(JSON.parse(answer.body.toString())), SecretString: 'no token at all' })
      },
    }
  }

/** What shows that a secret is full. */
const FULL: ReadonlySet<string> = new Set(['PutSecretValue', 'ListSecretVersionIds'])
const MOST_VERSIONS = 100

/** The list of versions as it is when a hundred of them are young. */
const fullOf = (answer: GateAnswer, now: number): GateAnswer => {
  if (answer.status !== 200) return answer
  const { Versions, ...rest } = Listed.parse(JSON.parse(answer.body.toString()))
  const more = Array.from({ length: Math.max(0, MOST_VERSIONS - Versions.length) }, (_, index) => ({ VersionId: `full-${index}` }))
  return json(200, { ...rest, Versions: [...Versions, ...more].map((version) => ({ ...version, CreatedDate: now / 1000 })) })
}

const Listed = z.looseObject({ Versions: z.array(z.looseObject({})).default([]) })
const Read = z.looseObject({ SecretId: z.string() })
const Value = z.looseObject({ SecretString: z.string() })

const json = (status: number, body: unknown): GateAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: Buffer.from(JSON.stringify(body)),
})

const TOO_MANY = json(400, { __type: 'LimitExceededException', Message: 'The secret has the most versions that it may have.' })
