import { randomUUID } from 'node:crypto'

/** What the simulator answers, before it is put on the wire. */
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** How it goes out, if not at once and whole: never, half now and half after `delaySeconds` of real time, or cut off. */
  readonly delivery?: { readonly how: 'hang' } | { readonly how: 'slow'; readonly delaySeconds: number } | { readonly how: 'truncated' }
}

export const jsonAnswer = (status: number, body: unknown): Answer => rawAnswer(status, 'application/json', JSON.stringify(body))

export const rawAnswer = (status: number, contentType: string, body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': contentType, ...headers },
  body,
})

/** What a request to a route that does not exist gets, and what every route gets in some outages. */
export const noSuchRoute = (path: string): Answer => rawAnswer(404, 'text/plain', `Requested route (${path}) does not exist`)

const TITLES = { 400: 'Bad Request', 401: 'Unauthorized', 404: 'Not Found', 500: 'Internal Server Error' } as const

/**
 * The envelope of the market data API. The vendor writes the status as text on a 400 and as a number elsewhere.
 * @see the vendor's OpenAPI document, responses ErrorResponse400 to ErrorResponse500
 */
export const errorEnvelope = (status: keyof typeof TITLES, detail?: string, parameter?: string): Answer =>
  jsonAnswer(status, {
    errors: [
      {
        id: randomUUID(),
        status: status === 400 ? '400' : status,
        title: TITLES[status],
        ...(detail !== undefined && { detail }),
        ...(parameter !== undefined && { source: { parameter } }),
      },
    ],
  })
