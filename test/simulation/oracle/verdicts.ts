import type { PipelineEvent } from '../../../shared/domain/events.ts'
import { newYorkDate } from '../../../shared/domain/new-york.ts'
import type { World } from '../world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Secrets Manager takes a hundred; some sixty are usual, and a person stores some too. */
const MOST_VERSIONS = 80
const TICKER_NEWS: readonly string[] = ['TickerUnknown', 'TickerRefused']

/** Nothing is called unknown, refused or closed that Schwab answers within a day, and no answer is asked for so often that the secret runs full. */
export const watchVerdicts = ({ calls, violate, kernel, plan, market }: World): void => {
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
    if (event.type === 'SessionRefused' && market.isKnown(event.detail.ticker))
      violate('verdicts', `${event.detail.ticker} is given up for ${event.detail.date}`)
  }
  calls.push(({ target, method, args, result }) => {
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
