import type { CandleBatch } from '../../shared/domain/messages.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { bar } from './store-setup.ts'

export type Random = () => number

/** The same numbers in [0, 1) for the same seed (mulberry32). */
export const seededRandom = (seed: number): Random => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The minutes of a session in which there is trade at all: few enough that reads meet, many enough for the 300 bars of history. */
const TRADED = 120

/**
 * What a read might bring: a full or partial read of one to three sessions, with bars missing, of one of few prices, made at
 * one of few moments, and vouching for some of the sessions it spans.
 */
export const randomBatch = (random: Random, tickers: readonly string[], sessions: readonly Session[]): CandleBatch => {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
  const first = Math.floor(random() * sessions.length)
  const span = sessions.slice(first, first + 1 + Math.floor(random() * 3))
  const full = random() < 0.6
  const end = full ? TRADED : Math.floor(random() * TRADED)
  const begin = full ? 0 : Math.floor(random() * end)
  const missing = pick([0, 0, 0, 0.02, 1])
  const price = pick([100, 100, 100, 101])
  const candles = span.flatMap((session) =>
    Array.from({ length: end - begin }, (_, i) => bar(session.opensAt + (begin + i) * MINUTE, price)).filter(() => random() >= missing),
  )
  const broken = random() < 0.1 ? candles[Math.floor(random() * candles.length)]?.at : undefined
  const { opensAt = 0 } = span[0] ?? {}
  const { closesAt = 0 } = span.at(-1) ?? {}
  return {
    v: 1,
    kind: full ? 'audit' : 'live',
    ticker: pick(tickers),
    from: opensAt + (full ? 0 : begin * MINUTE),
    to: closesAt,
    sessions: random() < 0.8 ? [...span] : span.slice(1),
    fetchedAt: closesAt + Math.floor(random() * 12) * 5 * HOUR + pick([0, HOUR]),
    candles: candles.filter(({ at }) => at !== broken),
    ...(broken !== undefined && { unreadable: [broken] }),
    traceId: 'random',
  }
}
