import type { IncomingMessage, ServerResponse } from 'node:http'
import * as z from 'zod'
import type { Action } from '../script/action.ts'
import { readPlay } from '../script/entry.ts'
import { ACTIONS, FAULTS } from '../script/known-plays.ts'
import { type Answer, jsonAnswer, noSuchRoute } from '../schwab/answer.ts'
import { readBody } from '../schwab/read-body.ts'
import { sendAnswer } from '../schwab/send-answer.ts'
import { type FaultDesk, SCHWAB_FAULTS, STACK_FAULTS } from './fault-desk.ts'

export type StackControlOptions = {
  readonly desk: FaultDesk
  /** The simulated time, epoch milliseconds. */
  readonly clock: () => number
  /** Does what a script would do. What it returns is shown as `result`; what it throws, as the problem. */
  readonly act: (action: Action) => Promise<unknown>
  /** The functions of the stack as serverless.yml names them. */
  readonly functions?: readonly string[]
  /** Lets the clock run so many times as fast as real time. @returns false where the stack runs as fast as it can */
  readonly setSpeed?: (speed: number) => boolean
  /** What else the state shows. */
  readonly state?: () => Promise<Readonly<Record<string, unknown>>>
}

/** @returns whether the request was for `/_stack/…`, and so is answered */
export type StackControl = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/**
 * The live hand on a running stack: `GET /_stack/state`, `POST /_stack/faults` and `POST /_stack/actions` (an entry of a script
 * without `at`, as JSON), `POST /_stack/speed` (`{"speed": 60}`), `DELETE /_stack/faults` and `DELETE /_stack/faults/<name>`.
 */
export const stackControl =
  (options: StackControlOptions): StackControl =>
  async (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    if (!path.startsWith('/_stack/')) return false
    const { method = 'GET', headers } = request
    const asked = { method, path, contentType: headers['content-type'] ?? '', body: await readBody(request) }
    sendAnswer(response, await answerStackControl(options, asked))
    return true
  }

type Asked = {
  readonly method: string
  readonly path: string
  readonly contentType: string
  /** Undefined when it was too long. */
  readonly body: string | undefined
}

const answerStackControl = async (options: StackControlOptions, asked: Asked): Promise<Answer> => {
  const { method, path } = asked
  if (method === 'GET' && path === '/_stack/state') return state(options)
  if (method === 'DELETE') return clear(options, path)
  if (method !== 'POST' || !ENTRIES.has(path)) return noSuchRoute(path)
  if (!asked.contentType.startsWith('application/json')) return problem(415, 'send application/json')
  if (asked.body === undefined) return problem(413, 'the body is too long')
  if (path === '/_stack/speed') return speed(options, asked.body)
  const fields = Fields.safeParse(valueOf(asked.body))
  if (!fields.success) return problem(400, 'send one entry of a script without at, as {"fault": "expire-access"}')
  const read = readPlay(fields.data, { functions: options.functions })
  if ('mistakes' in read) return problem(400, read.mistakes.map(({ text }) => text).join('\n'))
  const { play } = read
  if (play.kind === 'fault') {
    options.desk.play(play.fault)
    return await state(options)
  }
  try {
    return jsonAnswer(200, { result: (await options.act(play.action)) ?? null })
  } catch (error) {
    return problem(500, error instanceof Error ? error.message : String(error))
  }
}

const ENTRIES = new Set(['/_stack/faults', '/_stack/actions', '/_stack/speed'])
const Speed = z.object({ speed: z.number().min(0.1).max(1000) })
const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const Fields = z.record(z.string(), z.union([Text, z.array(Text).transform((texts) => texts.join(','))]))

const state = async ({ desk, clock, state = async () => ({}) }: StackControlOptions): Promise<Answer> =>
  jsonAnswer(200, {
    now: new Date(clock()).toISOString(),
    faults: desk.list(),
    ...(await state()),
    known: { faults: [...FAULTS.keys()], actions: [...ACTIONS.keys()] },
  })

const speed = (options: StackControlOptions, body: string): Answer | Promise<Answer> => {
  const read = Speed.safeParse(valueOf(body))
  if (!read.success) return problem(400, 'send {"speed": 60}, a number from 0.1 to 1000')
  if (options.setSpeed?.(read.data.speed) !== true) return problem(409, 'this stack runs as fast as it can: start it with --speed N')
  return state(options)
}

const clear = (options: StackControlOptions, path: string): Answer | Promise<Answer> => {
  const name = [...SCHWAB_FAULTS, ...STACK_FAULTS].find((known) => path === `/_stack/faults/${known}`)
  if (name !== undefined) options.desk.clear(name)
  else if (path === '/_stack/faults') options.desk.clearAll()
  else return noSuchRoute(path)
  return state(options)
}

const problem = (status: number, text: string): Answer => jsonAnswer(status, { problem: text })

const valueOf = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
