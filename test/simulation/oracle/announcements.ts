import type { PipelineEvent } from '../../../shared/domain/events.ts'
import type { World } from '../world.ts'
import { firstDifference, longestLack } from './candles.ts'

const MINUTE = 60_000
/** Who has claimed an announcement and died gives way after two minutes, less what a slow call and two clocks may take. */
const CLAIM = 1.5 * MINUTE

/** Each outage is announced, ended and restored in public, once each, and restored only when it is true. What hung in a frozen environment may repeat. */
export const watchAnnouncements = (world: World): { readonly atTheEnd: () => void } => {
  const { calls, violate, kernel, store } = world
  const saidAt = new Map<string, number>()
  const marked = new Set<string>()
  /** Told while the database was down: by the time it is back another version may be current, and no outage is entered for this one. */
  const toldAlone = new Set<string>()

  const known = (): ReadonlySet<string> => new Set(store.outages().map(({ id }) => id))
  const say = (event: PipelineEvent, isBelated: boolean): void => {
    const key = keyOf(event)
    if (key === undefined) return
    const before = saidAt.get(key)
    if (marked.has(key) && !isBelated) violate('announcements', `${key} is published again after it was marked`)
    else if (!isBelated && before !== undefined && kernel.now() - before < CLAIM)
      violate('announcements', `${key} is published twice within its claim`)
    saidAt.set(key, kernel.now())
    if (event.type === 'ReauthRequired' && !known().has(event.detail.outageId)) toldAlone.add(key)
    if (event.type === 'ReauthRequired' && !isBelated) checkRequired(event.detail.outageId, world)
    if (event.type === 'FeedRestored') checkRestored(event.detail, world)
  }
  calls.push(({ method, args, isBelated }) => {
    if (method === 'publish') for (const event of args[0] as readonly PipelineEvent[]) say(event, isBelated)
    if (method === 'markPublished') marked.add(args[0] as string)
  })
  return {
    atTheEnd: () => {
      for (const { id } of store.outages()) {
        for (const kind of ['reauth-required', 'reauthorized', 'feed-restored'])
          if (!saidAt.has(`${kind}:${id}`) && !(kind === 'reauth-required' && marked.has(`${kind}:${id}`)) && !saidAt.has(`${kind}:${id}`))
            violate('announcements', `${kind}:${id} was never published`)
      }
      for (const key of saidAt.keys()) {
        const [kind, id = ''] = key.split(':')
        if ((kind === 'reauth-required' || kind === 'feed-restored') && !known().has(id) && !toldAlone.has(key))
          violate('announcements', `${key} is of no outage`)
      }
    },
  }
}

const keyOf = ({ type, detail }: PipelineEvent): string | undefined => {
  if (type === 'ReauthRequired') return `reauth-required:${detail.outageId}`
  if (type === 'FeedRestored') return `feed-restored:${detail.outageId}`
  if (type === 'Reauthorized' && detail.outageId !== undefined) return `reauthorized:${detail.outageId}`
  return undefined
}

/** Nobody is asked to log in who has done so. An announcement may have been on its way when that happened. */
const checkRequired = (id: string, { store, kernel, violate }: World): void => {
  const outage = store.outages().find((one) => one.id === id)
  if (outage?.reauthorizedAt !== undefined && kernel.now() - outage.reauthorizedAt > 2 * MINUTE)
    violate('announcements', `a login is asked for that ${id} has had since ${new Date(outage.reauthorizedAt).toISOString()}`)
}

type Restored = { readonly outageId: string; readonly setAside: readonly string[] }

/** What closed in the outage, and is final, is stored when people are told so; tickers that were not waited for are named. */
const checkRestored = ({ outageId: id, setAside }: Restored, world: World): void => {
  const { plan, store, tickers, market, kernel, violate } = world
  const outage = store.outages().find((one) => one.id === id)
  if (outage === undefined) return
  if (outage.announcedAt === undefined) violate('announcements', `FeedRestored of ${id} is told, and its beginning is not settled`)
  const days = plan.days.filter(({ closesAt }) => closesAt > outage.startedAt && closesAt + 30 * MINUTE <= kernel.now())
  const open = plan.days.find(({ opensAt, closesAt }) => opensAt <= kernel.now() && kernel.now() < closesAt)
  for (const ticker of tickers.filter((one) => market.isKnown(one) && !setAside.includes(one))) {
    const lack = open === undefined ? 0 : longestLack(world, ticker, open, outage.reauthorizedAt, outage.startedAt)
    if (lack > 32 * MINUTE) return violate('announcements', `FeedRestored of ${id} is untrue: ${ticker} lacks ${lack / MINUTE} minutes`)
    for (const day of days) {
      const wrong = isJustSplit(world, ticker) ? undefined : firstDifference(world, ticker, day)
      if (wrong !== undefined) return violate('announcements', `FeedRestored of ${id} is untrue: ${wrong}`)
    }
  }
}

/** Until a split has been noticed everything is on the old basis, and whole. */
const isJustSplit = ({ plan, kernel }: World, ticker: string): boolean =>
  plan.faults.some(
    ({ kind, target, at }) => kind === 'split' && target === ticker && kernel.now() >= at && kernel.now() < at + 24 * 60 * MINUTE,
  )
