import type { Fault, FaultKind } from './faults.ts'
import type { Market } from './market.ts'
import { APP_KEY, APP_SECRET, type SchwabTokens } from './schwab-tokens.ts'

export type Endpoint = 'token' | 'quotes' | 'pricehistory'
export type SiteRequest = { readonly url: URL; readonly authorization: string; readonly form: URLSearchParams }
export type SiteAnswer = { readonly status: number; readonly body: string; readonly type?: string; readonly retryAfter?: string }

export type SiteDeps = {
  readonly market: Market
  readonly tokens: SchwabTokens
  readonly now: () => number
  readonly active: (kind: FaultKind, target: string) => Fault | undefined
}

export const endpointOf = (url: URL): Endpoint =>
  url.pathname === '/v1/oauth/token' ? 'token' : url.pathname.endsWith('/quotes') ? 'quotes' : 'pricehistory'

/** What Schwab answers, as SCHWAB's clients have seen it. */
export const answerOfSchwab = (request: SiteRequest, deps: SiteDeps): SiteAnswer => {
  const endpoint = endpointOf(request.url)
  const fault = OUTAGES.find((kind) => deps.active(kind, endpoint) !== undefined)
  if (fault !== undefined) return OUTAGE_ANSWERS[fault]
  const soon = deps.active('schwab-retry-soon', endpoint)
  if (soon !== undefined) return { status: soon.amount === 0 ? 503 : 429, body: 'no healthy upstream', type: 'text/plain', retryAfter: '1' }
  const answer = endpoint === 'token' ? answerToken(request, deps) : answerData(endpoint, request, deps)
  return deps.active('schwab-truncates', endpoint) === undefined
    ? answer
    : { ...answer, body: answer.body.slice(0, answer.body.length / 2) }
}

const OUTAGES = ['schwab-500', 'schwab-html', 'schwab-404', 'schwab-429'] as const

const OUTAGE_ANSWERS: Readonly<Record<(typeof OUTAGES)[number], SiteAnswer>> = {
  'schwab-500': { status: 500, body: '{"errors":[{"id":"x","status":500,"title":"Internal Server Error"}]}' },
  'schwab-html': { status: 403, body: '<HTML><TITLE>Access Denied</TITLE></HTML>', type: 'text/html' },
  'schwab-404': { status: 404, body: 'Requested route (api) does not exist', type: 'text/plain' },
  'schwab-429': { status: 429, body: '', retryAfter: '20' },
}

const json = (value: unknown, status = 200): SiteAnswer => ({ status, body: JSON.stringify(value) })
const refusal = (status: number, title: string): SiteAnswer => json({ errors: [{ id: 'x', status, title }] }, status)

/** Badly escaped, as it comes. */
const DEAD_REFRESH = `{"error":"unsupported_token_type","error_description":"400 Bad Request: "{"error_description":"Exception while authenticating refresh token","error":"refresh_token_authentication_error"}""}`

const answerToken = ({ authorization, form }: SiteRequest, { tokens, active }: SiteDeps): SiteAnswer => {
  const isApp = authorization === `Basic ${Buffer.from(`${APP_KEY}:${APP_SECRET}`).toString('base64')}`
  if (!isApp || active('app-refused', 'token') !== undefined)
    return json({ error: 'invalid_client', error_description: 'Unauthorized' }, 401)
  if (form.get('grant_type') === 'refresh_token') {
    const grant = tokens.refresh(form.get('refresh_token') ?? '')
    return grant === undefined ? { status: 400, body: DEAD_REFRESH } : json(grant)
  }
  const grant = tokens.exchange(form.get('code') ?? '', form.get('redirect_uri') ?? '')
  return grant === undefined ? json({ error: 'invalid_grant' }, 400) : json(grant)
}

const answerData = (endpoint: Endpoint, { url, authorization }: SiteRequest, deps: SiteDeps): SiteAnswer => {
  const { tokens, active } = deps
  if (!tokens.isAccessGood(authorization.replace('Bearer ', '')) || active('no-entitlement', 'token') !== undefined)
    return refusal(401, 'Unauthorized')
  return endpoint === 'quotes' ? json({ SPY: { quote: {} } }) : answerHistory(url.searchParams, deps)
}

const answerHistory = (query: URLSearchParams, { market, tokens, now, active }: SiteDeps): SiteAnswer => {
  const symbol = query.get('symbol') ?? ''
  const [from, to] = [Number(query.get('startDate')), Number(query.get('endDate'))]
  const hits = (kind: FaultKind): boolean => active(kind, symbol) !== undefined || active(kind, 'all') !== undefined
  if (!market.isKnown(symbol) || hits('schwab-unknown')) return refusal(404, 'Not Found')
  if (hits('schwab-refuses')) return refusal(401, 'Unauthorized')
  if (hits('schwab-400') || market.isClosed(from, to)) return refusal(400, 'Bad Request')
  const told = active('schwab-empty', 'pricehistory') === undefined ? market.told(symbol, from, to + 1, now()) : []
  const stale = active('schwab-stale', 'pricehistory')
  const fresh = stale === undefined ? told : told.filter(({ at }) => at + 60_000 <= stale.at)
  const newest = now() - tokens.loggedInAt() < 90_000 ? active('schwab-cuts-after-login', 'pricehistory') : undefined
  const left = newest === undefined ? fresh : fresh.slice(-newest.amount)
  const isCut = to - from > 20 * 3_600_000 && active('schwab-cuts', 'pricehistory') !== undefined
  const bars = (isCut ? left.filter(({ at }) => at - (left[0]?.at ?? 0) < 20 * 3_600_000) : left).map(({ at, ...prices }) => ({
    ...prices,
    datetime: at,
  }))
  const broken = active('schwab-bad-bars', 'pricehistory') === undefined ? undefined : Math.floor(now() / 1000) % Math.max(1, bars.length)
  const sent = bars.map((bar, index) => (index === broken || market.isUnreadable(symbol, bar.datetime) ? { ...bar, close: null } : bar))
  const strange = active('schwab-untidy', 'pricehistory') === undefined ? [] : untidy(bars, from)
  return json({ candles: [...strange, ...sent], symbol, empty: bars.length === 0 })
}

/** The same again the other way round, and one of the day before. */
const untidy = (bars: readonly object[], from: number): readonly object[] => [
  { open: 1, high: 2, low: 1, close: 1, volume: 1, datetime: from - 60_000 },
  ...bars.toReversed(),
]
