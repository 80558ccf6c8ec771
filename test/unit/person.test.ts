import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BusEvent } from '../../local/aws/bus-event.ts'
import { LOCAL_APP } from '../../local/local-app.ts'
import { listen } from '../../local/listen.ts'
import { person, type Person } from '../../local/person.ts'
import { generatedMarket } from '../../local/schwab/generated-market.ts'
import { startSchwab, type SchwabSimulator } from '../../local/schwab/start-schwab.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { parseToken } from '../../shared/domain/token.ts'
import { readTicket } from '../../shared/token/ticket.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const START = Date.parse('2019-02-12T15:00:00Z')

describe('the simulated person', () => {
  let now: number
  let token: string | undefined
  let events: BusEvent[]
  let said: string[]
  let visits: string[]
  let works: boolean
  let schwab: SchwabSimulator
  /** The login site cannot tell whose account it is. */
  let isAsked: boolean
  const SIGNING_KEY = 'the signing key of a stack'
  let pages: Server
  let reauthUrl: string
  let owner: Person

  /** As little of the pipeline's pages as a login needs: a form, a cookie, and a callback that stores a token. */
  const servePages = (): Server =>
    createServer((request, response) => {
      const url = new URL(request.url ?? '/', reauthUrl)
      visits.push(`${request.method} ${url.pathname}`)
      if (url.pathname === '/reauth/callback') {
        const isHis = request.headers.cookie === 'browser=his'
        if (isHis && works && url.searchParams.has('code'))
          token = JSON.stringify({ token: { access_token: 'a', refresh_token: `new-${now}` } })
        if (isAsked && isHis) {
          response.end(
            `<h1>Whose?</h1><form action="/again"></form><form action="/reauth"><input type="hidden" name="confirm" value="yes"></form>`,
          )
          return
        }
        response.end(`<h1>${url.searchParams.get('error') ?? (isHis && works ? 'Welcome back' : 'Not possible')}</h1>`)
      } else if (request.method === 'GET') {
        visits.push(`ticket ${readTicket(url.searchParams.get('ticket') ?? '', SIGNING_KEY)?.subject}`)
        response.end(`<h1>Log in?</h1><form method="post" action="/reauth"><input type="hidden" name="ticket" value="a&amp;b"></form>`)
      } else {
        const chunks: string[] = []
        request.on('data', (chunk) => chunks.push(String(chunk)))
        request.on('end', () => {
          visits.push(chunks.join(''))
          if (chunks.join('') === 'confirm=yes') {
            token = 'new-confirmed'
            response.end('<h1>Welcome back</h1>')
            return
          }
          const query = new URLSearchParams({
            client_id: LOCAL_APP.key,
            redirect_uri: `${reauthUrl}/reauth/callback`,
            response_type: 'code',
            state: 'once',
          })
          const headers = {
            'set-cookie': 'browser=his; HttpOnly; Secure',
            location: `${schwab.url}/v1/oauth/authorize?${query.toString()}`,
          }
          response.writeHead(303, headers).end()
        })
      }
    })

  beforeEach(async () => {
    now = START
    token = undefined
    events = []
    said = []
    visits = []
    works = true
    isAsked = false
    pages = servePages()
    reauthUrl = `http://127.0.0.1:${await listen(pages, 0)}`
    const redirectUris = [LOCAL_APP.redirectUri, `${reauthUrl}/reauth/callback`]
    const bars = generatedMarket({ seed: 1, tickers: ['QQQ'], calendar: marketCalendar() })
    schwab = await startSchwab({ port: 0, clock: () => now, bars, app: { key: LOCAL_APP.key, secret: LOCAL_APP.secret, redirectUris } })
    owner = person({
      schwabUrl: schwab.url,
      reauthUrl,
      signingKey: SIGNING_KEY,
      clock: () => now,
      readToken: async () => token,
      storeToken: async (text) => void (token = text),
      events: () => events,
      say: (line) => void said.push(line),
    })
  })
  afterEach(async () => {
    await schwab.stop()
    pages.closeAllConnections()
    pages.close()
  })

  const event = (type: string, detail: Readonly<Record<string, unknown>> = {}): BusEvent => ({
    version: '0',
    id: 'x',
    'detail-type': type,
    source: 'alpha-kite.pipeline',
    account: '',
    time: '2019-02-12T15:00:00Z',
    region: '',
    resources: [],
    detail,
  })
  const tells = (...told: readonly BusEvent[]): void => {
    events.push(...told)
    owner.notice()
  }

  it('stores a token by hand when there is none', async () => {
    await owner.start(true)
    expect(parseToken(token ?? '')).toMatchObject({ loggedInAt: START, accessExpiresAt: START + 30 * MINUTE })
    expect(visits).toEqual([])
  })

  it('leaves a token alone that is there, and replaces one whose seven days are over if he looks after it', async () => {
    await owner.start(true)
    now += 7 * DAY
    await owner.start(false)
    expect(await owner.look(false)).toBe(false)
    await owner.start(true)
    expect(await owner.look(false)).toBe(true)
    expect(said).toEqual(['The person logged in. The page: Welcome back (200)'])
  })

  it('presses the buttons of the pages, keeps the cookie, and links to the login that he made himself', async () => {
    await owner.start(true)
    await owner.logIn('allow')
    expect(visits).toEqual(['GET /reauth', `ticket login:${START}`, 'POST /reauth', 'ticket=a%26b', 'GET /reauth/callback'])
    expect(token).toContain('new-')
  })

  it('says that the account is his where the page asks', async () => {
    isAsked = true
    await owner.start(true)
    expect(await owner.logIn('allow')).toBe('The person logged in. The page: Welcome back (200)')
    expect(visits.slice(-3)).toEqual(['GET /reauth/callback', 'POST /reauth', 'confirm=yes'])
    expect(token).toBe('new-confirmed')
  })

  it('opens the newest link that no login has answered', async () => {
    const link = (name: string) => ({ link: `${reauthUrl}/${name}` })
    events = [
      event('TokenExpiring', link('old')),
      event('Reauthorized'),
      event('ReauthRequired', link('first')),
      event('ReauthReminder', link('newest')),
    ]
    await owner.logIn('allow')
    expect(visits[0]).toBe('GET /newest')
  })

  it('presses Deny and does not try again', async () => {
    await owner.start(true)
    expect(await owner.logIn('deny')).toBe('The person pressed Deny. The page: access_denied (200)')
    expect(owner.nextDueAt()).toBeUndefined()
  })

  it('tries again five minutes later when the page did not store a token', async () => {
    works = false
    await owner.logIn('allow')
    expect(owner.nextDueAt()).toBe(START + 5 * MINUTE)
    now += 5 * MINUTE - 1
    expect(await owner.look(false)).toBe(false)
    now += 1
    works = true
    isAsked = false
    expect(await owner.look(false)).toBe(true)
    expect([said.at(-1), owner.nextDueAt()]).toEqual(['The person logged in. The page: Welcome back (200)', undefined])
  })

  it('logs in at the warning a day before the end, once, if he heeds warnings', async () => {
    await owner.start(true)
    tells(event('TokenExpiring', { hoursLeft: 48 }))
    expect(await owner.look(true)).toBe(false)
    tells(event('TokenExpiring', { hoursLeft: 24 }))
    expect(await owner.look(false)).toBe(false)
    expect(await owner.look(true)).toBe(true)
    tells(event('Reauthorized'))
    expect(await owner.look(true)).toBe(false)
  })

  it('leaves an outage to others', async () => {
    await owner.start(true)
    tells(event('ReauthRequired', { link: `${reauthUrl}/reauth` }), event('ReauthReminder', { link: `${reauthUrl}/reauth` }))
    expect(await owner.look(true)).toBe(false)
  })

  it('logs in as soon as he has come back', async () => {
    owner.comeBack()
    expect(await owner.look(false)).toBe(true)
  })
})
