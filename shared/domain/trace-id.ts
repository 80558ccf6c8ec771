/** What the pipeline makes itself: nothing that comes from elsewhere, and may be a secret, is logged as one. */
const TRACE_ID = /^[\w-]{1,64}$/

export const isTraceId = (text: unknown): text is string => typeof text === 'string' && TRACE_ID.test(text)

/** The trace id in the body of a job or of candles; undefined when the body is something else. */
export const traceIdIn = (body: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && 'traceId' in value && isTraceId(value.traceId) ? value.traceId : undefined
  } catch {
    return undefined
  }
}
