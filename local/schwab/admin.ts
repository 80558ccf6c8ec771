import * as z from 'zod'
import { type Answer, jsonAnswer, noSuchRoute } from './answer.ts'
import type { Control } from './control.ts'
import { Fault } from './faults/fault.ts'

const Settings = z.union([Fault, z.array(Fault)])

/**
 * `/_sim/…`, which the real Schwab does not have: `GET /_sim/state`, `POST /_sim/faults` (one setting or a list),
 * `DELETE /_sim/faults` and `DELETE /_sim/faults/<name>`. Never shows a token.
 */
export const answerAdmin = (
  control: Control,
  clock: () => number,
  request: { readonly method: string; readonly path: string; readonly contentType: string; readonly body: string },
): Answer => {
  const state = (): Answer =>
    jsonAnswer(200, { now: new Date(clock()).toISOString(), faults: control.faults(), counters: control.counters() })
  const { method, path } = request
  if (method === 'GET' && path === '/_sim/state') return state()
  if (method === 'POST' && path === '/_sim/faults') {
    // A page of another site can send a form here unasked, but not this content type.
    if (!request.contentType.startsWith('application/json')) return jsonAnswer(415, { problem: 'send application/json' })
    const settings = Settings.safeParse(valueOf(request.body))
    if (!settings.success) return jsonAnswer(400, { problem: z.prettifyError(settings.error) })
    for (const setting of [settings.data].flat()) control.play(setting)
    return state()
  }
  if (method === 'DELETE' && path === '/_sim/faults') {
    control.clearAll()
    return state()
  }
  const name = Fault.options.map((option) => option.shape.fault.value).find((known) => path === `/_sim/faults/${known}`)
  if (method === 'DELETE' && name !== undefined) {
    control.clear(name)
    return state()
  }
  return noSuchRoute(path)
}

const valueOf = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
