import { SchwabUnavailable } from '../domain/errors.ts'
import type { Log } from '../domain/log-events.ts'

export type SchwabOptions = {
  /** Without a path: `https://api.schwabapi.com`. */
  readonly baseUrl: string
  readonly fetch: typeof fetch
  /** For the whole call with its body, milliseconds of real time. */
  readonly timeoutMs: number
  readonly log?: Log | undefined
  /** Only to read a Retry-After that is a date. Default: Date.now. */
  readonly clock?: (() => number) | undefined
}

/** What a call is made for. */
export type SchwabPurpose = { readonly signal?: AbortSignal | undefined; readonly traceId?: string | undefined }

/** A call that was answered in full, whatever the status. */
export type SchwabAnswer = {
  /** What was called, for messages: `pricehistory` or `token`. */
  readonly endpoint: string
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/**
 * One HTTP call, with its time-out. A redirect is not followed: Schwab's API has none, and the credentials would go with it.
 * Each call is logged with what it took in real time, its body read; status 0 when no whole answer came.
 * Fails with SchwabUnavailable when no whole answer came.
 */
export const callSchwab = async (
  options: SchwabOptions,
  endpoint: string,
  path: string,
  init: RequestInit,
  { signal, traceId }: SchwabPurpose = {},
): Promise<SchwabAnswer> => {
  const timeout = AbortSignal.timeout(options.timeoutMs)
  const startedAt = performance.now()
  const logCall = (status: number): void => {
    const latencyMs = Math.round(performance.now() - startedAt)
    options.log?.('schwab_called', { endpoint, status, failed: status !== 200, latencyMs, ...(traceId !== undefined && { traceId }) })
  }
  try {
    const response = await options.fetch(`${options.baseUrl.replace(/\/$/, '')}${path}`, {
      ...init,
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
    const answer: SchwabAnswer = { endpoint, status: response.status, headers: response.headers, body: await response.text() }
    logCall(answer.status)
    if (response.status !== 200) logFailure(options.log, answer)
    return answer
  } catch (cause) {
    const reason = signal?.aborted === true ? 'aborted' : timeout.aborted ? 'timeout' : 'network'
    logCall(0)
    options.log?.('schwab_call_failed', { endpoint, reason })
    throw new SchwabUnavailable(`${endpoint}: ${REASONS[reason]}`, { cause })
  }
}

const REASONS = {
  aborted: 'the call was given up by its caller',
  timeout: 'Schwab did not answer in time',
  network: 'the connection to Schwab failed',
}

/** Says what was wrong with an answer, with the id that Schwab's support asks for. */
export const logFailure = (log: Log | undefined, answer: SchwabAnswer, reason?: string): void =>
  log?.('schwab_call_failed', {
    endpoint: answer.endpoint,
    status: answer.status,
    correlId: answer.headers.get('schwab-client-correlid'),
    ...(reason !== undefined && { reason }),
  })

/** The JSON value of a body, or undefined where it is none. The parser's own error is dropped: it quotes the text, and the text may hold a token. */
export const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
