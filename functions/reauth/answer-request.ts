import type { HttpAnswer, HttpRequest } from '../../shared/lambda/http-handler.ts'
import { browserOf } from './browser.ts'
import { confirmAccount } from './confirm-account.ts'
import { pageAnswer } from './pages/layout.ts'
import { wrongTurnPage } from './pages/wrong-turn-page.ts'
import { answerOf, type Reply } from './reply.ts'
import { showPage, type ShowDeps } from './show-page.ts'
import { startLogin, type StartDeps } from './start-login.ts'
import { type CallbackDeps, takeCallback } from './take-callback.ts'

export type ReauthDeps = ShowDeps & StartDeps & CallbackDeps

/** The three routes: `GET /reauth`, `POST /reauth`, `GET /reauth/callback`. */
export const answerRequest = async (deps: ReauthDeps, request: HttpRequest): Promise<HttpAnswer> => {
  const methods = ROUTES.get(request.path.replace(/\/$/, ''))
  if (methods === undefined) return pageAnswer(wrongTurnPage('no_such_page'))
  const route = methods.get(request.method)
  if (route !== undefined) return answerOf(await route(deps, request), formOrigins(deps.schwabUrl))
  const refusal = pageAnswer(wrongTurnPage('wrong_method'))
  return { ...refusal, headers: { ...refusal.headers, allow: [...methods.keys()].join(', ') } }
}

type Route = (deps: ReauthDeps, request: HttpRequest) => Promise<Reply>

const ROUTES: ReadonlyMap<string, ReadonlyMap<string, Route>> = new Map([
  [
    '/reauth',
    new Map<string, Route>([
      ['GET', (deps, { query }) => showPage(deps, query.get('ticket'), query.get('refresh') !== 'off')],
      ['POST', (deps, request) => press(deps, request)],
    ]),
  ],
  ['/reauth/callback', new Map<string, Route>([['GET', (deps, request) => takeCallback(deps, request.query, browserOf(request))]])],
])

const press = (deps: ReauthDeps, request: HttpRequest): Promise<Reply> => {
  const confirmation = request.form.get('confirm')
  return confirmation === null
    ? startLogin(deps, request.form.get('ticket') ?? '', browserOf(request))
    : confirmAccount(deps, confirmation, browserOf(request))
}

/** The button ends at Schwab by redirects, and Schwab's API goes on to the login page on another of its hosts. */
const formOrigins = (schwabUrl: string): readonly string[] => {
  const { origin, hostname } = new URL(schwabUrl)
  return hostname.endsWith('.schwabapi.com') ? [origin, 'https://*.schwabapi.com', 'https://*.schwab.com'] : [origin]
}
