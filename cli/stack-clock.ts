import * as z from 'zod'
import type { Endpoints } from '../local/endpoints.ts'
import type { Clock } from '../shared/ports.ts'

const State = z.object({ now: z.iso.datetime().transform((text) => Date.parse(text)) })
/** Real milliseconds that the stack may take to say what time it has. */
const TIMEOUT = 5000

export type StackClock = {
  /** The time that the stack had when it was asked last, and real time since, as within its functions. */
  readonly now: Clock
  /** Asks again: after a person took their time. */
  readonly ask: () => Promise<void>
}

/** The simulated clock of a running stack. Where it does not answer, `saved` is the time: what it has written down. */
export const stackClock = async (
  { status }: Pick<Endpoints, 'status'>,
  options: { readonly fetch: typeof globalThis.fetch; readonly realClock: Clock; readonly saved: Clock },
): Promise<StackClock> => {
  const { fetch, realClock, saved } = options
  let base = saved()
  let since = realClock()
  const ask = async (): Promise<void> => {
    const answered = await timeOf(status.url, fetch)
    base = answered ?? saved()
    since = realClock()
  }
  await ask()
  return { now: () => base + Math.max(0, realClock() - since), ask }
}

const timeOf = async (statusUrl: string, fetch: typeof globalThis.fetch): Promise<number | undefined> => {
  try {
    const response = await fetch(`${statusUrl}/_stack/state`, { signal: AbortSignal.timeout(TIMEOUT) })
    return State.safeParse(await response.json()).data?.now
  } catch {
    return undefined
  }
}
