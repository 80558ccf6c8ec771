import { countText, spanText } from '../format.ts'
import { element, setAttribute, setText } from '../element.ts'
import type { MinuteLine } from '../data/minute-rows.ts'
import type { TokenStatus } from '../data/status-rows.ts'
import type { Health, Level } from './health.ts'

export type BannerModel = {
  readonly health: Health
  readonly newest: MinuteLine | undefined
  readonly token: TokenStatus | undefined
  readonly now: number
  /** Where a person logs in, while one has to. */
  readonly link: string | undefined
}

/** How the feed is, how long the login lasts, what waits and what is missing: to be taken in at a glance. */
export const banner = () => {
  // Only this is read aloud, and only when it changes: it holds no figure that counts.
  const headline = element('strong', { role: 'status' })
  const detail = element('span', { class: 'banner-detail' })
  const word = element('p', { class: 'banner-word' }, headline, ' ', detail)
  const link = element('a', { class: 'button banner-link', target: '_blank', rel: 'noopener', hidden: true }, 'Log in at Schwab')
  const tiles = { feed: tile('Feed behind'), token: tile('Login lasts'), parked: tile('Jobs parked'), missing: tile('Minutes missing') }
  const root = element(
    'section',
    { class: 'banner', 'aria-label': 'How it is' },
    element('div', { class: 'banner-main' }, word, link),
    element('dl', { class: 'tiles' }, ...Object.values(tiles).map(({ root }) => root)),
  )
  return {
    root,
    update: ({ health, newest, token, now, link: address }: BannerModel): void => {
      setAttribute(root, 'data-level', health.level)
      setText(headline, health.headline)
      setText(detail, health.detail)
      setAttribute(link, 'href', address)
      link.hidden = address === undefined
      tiles.feed.update(...feed(newest))
      tiles.token.update(...login(token, now))
      tiles.parked.update(...parked(newest))
      tiles.missing.update(...missing(newest))
    },
  }
}

const tile = (name: string) => {
  const value = element('dd')
  const root = element('div', { class: 'tile' }, element('dt', {}, name), value)
  return {
    root,
    update: (text: string, level: Level): void => {
      setText(value, text)
      setAttribute(root, 'data-level', level)
    },
  }
}

type Shown = readonly [text: string, level: Level]

const UNKNOWN: Shown = ['–', 'idle']

const feed = (newest: MinuteLine | undefined): Shown => {
  if (newest === undefined) return UNKNOWN
  if (!newest.inSession) return ['closed', 'idle']
  const age = newest.freshnessSeconds
  return [spanText(age * 1000), age <= 120 ? 'good' : age <= 300 ? 'warn' : 'bad']
}

const login = (token: TokenStatus | undefined, now: number): Shown => {
  if (token === undefined) return UNKNOWN
  if (token.state === 'dead') return ['ended', 'bad']
  if (token.state === 'missing') return ['none yet', 'bad']
  if (token.refreshExpiresAt === undefined) return ['unknown', 'warn']
  if (token.refreshExpiresAt <= now) return ['ended', 'bad']
  return [spanText(token.refreshExpiresAt - now), token.state === 'expiring' ? 'warn' : 'good']
}

const parked = (newest: MinuteLine | undefined): Shown => {
  const depth = newest?.queues['auth-dlq']
  if (depth === undefined) return UNKNOWN
  const count = depth.visible + depth.inFlight + depth.delayed
  return [countText(count), count > 0 ? 'bad' : 'good']
}

const missing = (newest: MinuteLine | undefined): Shown => {
  if (newest === undefined) return UNKNOWN
  return [countText(newest.missing), newest.missing > 0 ? 'warn' : 'good']
}
