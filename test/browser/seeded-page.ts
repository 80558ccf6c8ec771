import { computeIndicators } from '../../shared/domain/indicators.ts'
import type { Candle } from '../../shared/domain/candle.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { fullRead, liveRead, type Store, weekdays } from '../contract/store-setup.ts'
import { KEYS, startEmbedded, storeAt } from '../contract/store-embedded.ts'
import { servePage } from './page-server.ts'

/** Thirty sessions; in the last one it is two and a half hours after the open. */
export const SESSIONS = weekdays(30)
export const TODAY = SESSIONS.at(-1) as Session
export const YESTERDAY = SESSIONS.at(-2) as Session
export const NOW = TODAY.opensAt + 150 * MINUTE
/** Since then nothing came. */
export const LAST = TODAY.opensAt + 120 * MINUTE
/** Minutes of yesterday in which nobody traded. */
export const NO_TRADE = [100, 101, 102, 103, 104, 105, 106, 107, 108, 109]

/** Prices with all their digits, which move. */
const candle = (at: number, index: number): Candle => {
  const close = 100 + 5 * Math.sin(index / 40) + Math.cos(index / 7) / 3
  const open = 100 + 5 * Math.sin((index - 1) / 40) + Math.cos((index - 1) / 7) / 3
  return { at, open, high: Math.max(open, close) + 0.1, low: Math.min(open, close) - 0.1, close, volume: 1000 + (index % 50) }
}
const candlesOf = (session: Session, place: number): readonly Candle[] =>
  Array.from({ length: 390 }, (_, minute) => candle(session.opensAt + minute * MINUTE, place * 390 + minute))

/** Fills the store: QQQ with thirty sessions, and as many other tickers as asked for with one minute of today. */
const fill = async (store: Store, others: number): Promise<void> => {
  const all: Candle[] = []
  for (const [place, session] of SESSIONS.slice(0, -1).entries()) {
    const traded = candlesOf(session, place).filter((_, minute) => session !== YESTERDAY || !NO_TRADE.includes(minute))
    all.push(...traded)
    await store.ingest([fullRead('QQQ', [session], traded)], session.closesAt + HOUR)
    await store.ingest([fullRead('QQQ', [session], traded, session.closesAt + 2 * HOUR)], session.closesAt + 2 * HOUR)
  }
  const today = candlesOf(TODAY, SESSIONS.length - 1).slice(0, 120)
  all.push(...today)
  const stored = await store.ingest([liveRead('QQQ', TODAY, today)], LAST)
  const revision = stored[0]?.revision ?? 0
  const rows = computeIndicators(all, all[0]?.at ?? 0)
  for (let start = 0; start < rows.length; start += 2000)
    await store.putIndicators([{ ticker: 'QQQ', revision, rows: rows.slice(start, start + 2000) }])
  const tickers = otherTickers(others)
  await store.ingest(
    tickers.map((ticker, index) => liveRead(ticker, TODAY, [candle(LAST - MINUTE, index)])),
    LAST,
  )
  const line = { inSession: true, freshnessSeconds: 1740, missing: 30, liveJobs: 1, fullJobs: 0, queues: QUEUES }
  const schedule = { tickers: ['QQQ', ...tickers], sessions: SESSIONS, nextOpensAt: TODAY.opensAt + 24 * HOUR, cadenceMinutes: 1 }
  await store.recordMinute({ minute: NOW, line, schedule })
  const status = { state: 'alive', accessExpiresAt: null, refreshExpiresAt: new Date(NOW + 100 * HOUR).toISOString() }
  await store.putStatus('token', status, NOW)
}

const EMPTY = { visible: 0, inFlight: 0, delayed: 0 }
const QUEUES = { jobs: EMPTY, candles: EMPTY, 'jobs-dlq': EMPTY, 'candles-dlq': EMPTY, 'auth-dlq': EMPTY, 'events-dlq': EMPTY }

export const otherTickers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `T${String(index).padStart(3, '0')}`)

export type SeededPage = { readonly url: string; readonly supabaseUrl: string; readonly store: Store; readonly stop: () => Promise<void> }

/** The dashboard over a database with known contents, and a clock that stands at `NOW`. */
export const seededPage = async (others: number): Promise<SeededPage> => {
  const supabase = await startEmbedded()
  const store = storeAt(supabase.url)
  await fill(store, others)
  const page = await servePage(supabase.url, KEYS.publishable, NOW)
  return {
    url: page.url,
    supabaseUrl: supabase.url,
    store,
    stop: async () => {
      page.stop()
      await supabase.stop()
    },
  }
}
