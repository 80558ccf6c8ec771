import type { CandleBatch } from '../../../shared/domain/messages.ts'
import type { IngestResult } from '../../../shared/ports.ts'
import type { World } from '../world.ts'
import { firstDifference, longestLack } from './candles.ts'
import { isCalm } from './live.ts'

const MINUTE = 60_000
/** A hole that is longer is unusual for every ticker here. */
const UNUSUAL = 32 * MINUTE

/** Nothing is called complete that lacks more than half an hour of what Schwab has, and after a split nothing stays on the old basis. */
export const watchCompleteness = (world: World): void => {
  const { calls, plan, store, market, kernel, violate } = world
  const seen = new Map<string, number>()
  calls.push(({ method, args, result }) => {
    if (method !== 'ingest') return
    const batches = args[0] as readonly CandleBatch[]
    for (const { ticker, written } of result as readonly IngestResult[]) {
      const [batch, ...others] = batches.filter((one) => one.ticker === ticker)
      const [session, ...more] = batch?.sessions ?? []
      if (written === 0 || batch === undefined || session === undefined || others.length + more.length > 0) continue
      if (store.tickers.get(ticker)?.sessions.get(session.date)?.completedAt === batch.fetchedAt)
        violate('completeness', `${ticker} ${session.date} is called complete by a read that changed it`)
    }
    for (const ticker of new Set(batches.map((batch) => batch.ticker))) {
      for (const [date, { completedAt }] of store.tickers.get(ticker)?.sessions ?? []) {
        const key = `${ticker} ${date}`
        const day = plan.days.find((one) => one.date === date)
        if (completedAt === undefined || day === undefined || seen.get(key) === completedAt || !market.isKnown(ticker)) continue
        seen.set(key, completedAt)
        const lack = longestLack(world, ticker, day)
        if (lack > UNUSUAL) violate('completeness', `${key} is called complete, and ${lack / MINUTE} minutes of it are not stored`)
      }
    }
  })
  for (const { target: ticker, at } of plan.faults.filter(({ kind }) => kind === 'split')) {
    kernel.at(at + 15 * MINUTE, () => {
      const opening = plan.days.find(({ opensAt }) => opensAt === at)
      if (opening === undefined || !isCalm(opening, world)) return
      const wrong = plan.days.filter(({ closesAt }) => closesAt < at).flatMap((day) => firstDifference(world, ticker, day) ?? [])
      if (wrong[0] !== undefined) violate('one basis', `a quarter of an hour after a split ${wrong[0]}`)
    })
  }
}
