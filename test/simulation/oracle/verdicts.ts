import type { PipelineEvent } from '../../../shared/domain/events.ts'
import { newYorkDate } from '../../../shared/domain/new-york.ts'
import type { World } from '../world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Secrets Manager takes a hundred; some sixty are usual, and a person stores some too. */
const MOST_VERSIONS = 80
const TICKER_NEWS: readonly string[] = ['TickerUnknown', 'TickerRefused']

/** Nothing is called unknown, refused or closed that Schwab answers within a day, and no answer is asked for so often that the secret runs full. */
export const watchVerdicts = (world: World): void => {
  const { calls, violate, kernel, plan, market } = world
  const answeredAt = new Map<string, number>()
  const saidAt = new Map<string, number>()
  const puts: number[] = []

  const say = (event: PipelineEvent): void => {
    const now = kernel.now()
    if (event.type === 'TickerUnknown' || event.type === 'TickerRefused') {
      const { ticker } = event.detail
      saidAt.set(ticker, now)
      if ((answeredAt.get(ticker) ?? 0) > now - HOUR) violate('verdicts', `${event.type} of ${ticker}, which was answered within the hour`)
    }
    if (event.type === 'TickerHeard' && TICKER_NEWS.length > 0) saidAt.delete(event.detail.ticker)
    if (event.type === 'DayReadAsClosed' && plan.days.some(({ date }) => date === event.detail.date))
      violate('verdicts', `${event.detail.date} is called closed, and was traded`)
    if (event.type === 'SessionRefused' && market.isKnown(event.detail.ticker) && plan.days.some(({ date }) => date === event.detail.date))
      violate('verdicts', `${event.detail.ticker} is given up for ${event.detail.date}`)
  }
  calls.push(({ target, method, args, result, instance }) => {
    if (method === 'token' && instance.fn === 'fetcher' && isGoodForLong(world))
      violate('verdicts', 'a fetcher renews a token that is good')
    if (method === 'publish') for (const event of args[0] as readonly PipelineEvent[]) say(event)
    if (method === 'pricehistory' && (result as { readonly status: number }).status === 200) {
      const ticker = (args[0] as { readonly url: URL }).url.searchParams.get('symbol') ?? ''
      const said = saidAt.get(ticker)
      answeredAt.set(ticker, kernel.now())
      if (said !== undefined && kernel.now() - said < DAY && market.isKnown(ticker))
        violate('verdicts', `${ticker} was called unknown or refused on ${newYorkDate(said)}, and is answered within a day`)
    }
    if (target !== 'secret' || method !== 'putPending') return
    puts.push(kernel.now())
    while ((puts[0] ?? 0) <= kernel.now() - DAY) puts.shift()
    if (puts.length > MOST_VERSIONS) violate('verdicts', `${puts.length} versions of the secret in a day`)
  })
}

/** The stored token is good for data for minutes yet, has been there for a while, and no fault of the token was lately about. */
const isGoodForLong = ({ secret, tokens, kernel, plan }: World): boolean => {
  const { token } = JSON.parse(secret.look().current?.value.startsWith('{') === true ? (secret.look().current?.value ?? '{}') : '{}') as {
    readonly token?: { readonly access_token: string; readonly expires_at: number; readonly expires_in: number }
  }
  if (token === undefined) return false
  const [left, age] = [token.expires_at * 1000 - kernel.now(), kernel.now() - (token.expires_at - token.expires_in) * 1000]
  const isTroubled = plan.faults.some(
    ({ kind, at, forMs }) => TOKEN_TROUBLE.has(kind) && at <= kernel.now() && kernel.now() < at + forMs + 10 * 60_000,
  )
  return !isTroubled && left > 5 * 60_000 && age > 60_000 && tokens.isAccessGood(token.access_token)
}

const TOKEN_TROUBLE: ReadonlySet<string> = new Set(['no-entitlement', 'access-ended', 'revoked', 'put-by-hand', 'skew', 'person'])
