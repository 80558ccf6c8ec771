import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { answerRequest, type ReauthDeps } from '../../functions/reauth/answer-request.ts'
import { failureAnswer } from '../../functions/reauth/failure-answer.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import type { LogFields } from '../../shared/domain/log-events.ts'
import { tokenOfLogin } from '../../shared/domain/next-token.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { formatToken } from '../../shared/domain/token.ts'
import { httpHandler } from '../../shared/lambda/http-handler.ts'
import { signTicket, TICKET_LIFE, type TicketSubject } from '../../shared/token/ticket.ts'
import { memoryEventBus } from './memory-event-bus.ts'
import { loginAnswer, memoryLogin } from './memory-login.ts'
import { memorySecret } from './memory-secret.ts'
import { memoryTokenBook } from './memory-token-book.ts'

export const SIGNING_KEY = 'a-signing-key-of-32-characters-or-more'
export const NOW = Date.parse('2026-03-10T16:00:00Z')
/** When the stored token of the tests was made. */
export const LOGGED_IN_AT = NOW - 24 * HOUR

export type Visit = {
  readonly method?: string
  readonly path: string
  readonly form?: Readonly<Record<string, string>>
  /** Default: the cookie that this site has set, as a browser would send it. `null`: none. */
  readonly cookie?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

/** The site over memory fakes, with one browser. The stored token is `access-old` of `account-1`, proven. */
export const memoryLoginSite = async (change: Partial<ReauthDeps> = {}, time = { now: NOW }) => {
  const clock = () => time.now
  const schwab = memoryLogin()
  const book = memoryTokenBook()
  const stored = tokenOfLogin(loginAnswer('old'), LOGGED_IN_AT)
  const secret = memorySecret(formatToken(stored), clock)
  const events = memoryEventBus()
  const logged: { readonly event: string; readonly fields: LogFields }[] = []
  const log = (event: string, fields: LogFields = {}): void => void logged.push({ event, fields })
  const calls: { readonly live: number }[] = []
  let secrets = 0
  const deps: ReauthDeps = {
    clock,
    pause: async () => undefined,
    timeLeft: () => Infinity,
    unsaved: { token: undefined },
    log,
    signingKey: SIGNING_KEY,
    calendar: marketCalendar(),
    tickers: ['QQQ', 'SPY'],
    horizonDays: 40,
    book,
    notices: book,
    leases: book,
    states: book,
    secret,
    endpoint: schwab.endpoint,
    proof: schwab.proof,
    budget: { beginFetch: async (input) => (calls.push(input), { live: 0, backfill: 0, deadVersion: undefined }) },
    limits: { requestsPerMinute: 120, backfillPerMinute: 20 },
    events,
    holder: 'reauth-1',
    schwabUrl: 'https://api.schwabapi.com',
    appKey: 'the-key',
    reauthUrl: 'https://reauth.example.org',
    newSecret: () => Buffer.alloc(32, ++secrets).toString('base64url'),
    ...change,
  }
  const { versionId: oldVersion } = await secret.current()
  const proven = { how: 'login', accessExpiresAt: stored.accessExpiresAt, refreshExpiresAt: undefined } as const
  await book.recordProven({ ...proven, version: oldVersion, now: LOGGED_IN_AT, loggedInAt: LOGGED_IN_AT })
  const handler = httpHandler(answerRequest, () => deps, failureAnswer, log)
  let jar: string | undefined

  const visit = async ({
    method = 'GET',
    path,
    form,
    cookie,
    headers = {},
  }: Visit): Promise<APIGatewayProxyStructuredResultV2 & { body: string }> => {
    const [rawPath = '', rawQueryString = ''] = path.split('?')
    const sent = cookie === undefined ? jar : cookie
    const event = {
      rawPath,
      rawQueryString,
      headers: { ...(form && { 'content-type': 'application/x-www-form-urlencoded' }), ...headers },
      ...(typeof sent === 'string' && { cookies: ['theme=dark', sent] }),
      ...(form && { body: Buffer.from(new URLSearchParams({ ...form }).toString()).toString('base64') }),
      isBase64Encoded: form !== undefined,
      requestContext: { http: { method } },
    } as unknown as APIGatewayProxyEventV2
    const answer = await handler(event, { getRemainingTimeInMillis: () => 29_000 } as Context)
    jar = answer.cookies?.[0]?.split(';')[0] ?? jar
    return { ...answer, body: answer.body ?? '' }
  }
  const ticketOf = (subject: TicketSubject): string => signTicket({ subject, endsAt: time.now + TICKET_LIFE }, SIGNING_KEY)
  /** The stored token dies. @returns the ticket of the mail */
  const die = async (): Promise<string> => {
    const { outage } = await book.markDead({ version: oldVersion, reason: 'reauth_required', now: time.now })
    return ticketOf(`outage:${outage.id}`)
  }
  /** Presses the button. @returns where Schwab would send the browser back to, without a code */
  const press = async (ticket: string): Promise<URL> => {
    const answer = await visit({ method: 'POST', path: '/reauth', form: { ticket } })
    const login = new URL(String(answer.headers?.['location']))
    const callback = new URL(login.searchParams.get('redirect_uri') ?? '')
    callback.searchParams.set('state', login.searchParams.get('state') ?? '')
    return callback
  }
  const pathOf = (url: URL, query: Readonly<Record<string, string>>): string => {
    const target = new URL(url)
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value)
    return `${target.pathname}${target.search}`
  }
  return { time, schwab, book, secret, events, logged, calls, deps, oldVersion, visit, ticketOf, die, press, pathOf }
}
