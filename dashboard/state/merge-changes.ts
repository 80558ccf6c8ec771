import type { ChartSession } from '../data/chart-rows.ts'
import type { Changes } from '../data/database.ts'

/** A session with what has changed in it. The same object when nothing has. */
export const mergeChanges = (session: ChartSession, { bars, updatedAt, revision, head }: Changes): ChartSession => {
  const isSame =
    bars.length === 0 &&
    head.coveredUntil === session.coveredUntil &&
    head.candles === session.candles &&
    head.isComplete === session.isComplete &&
    head.isRead === session.isRead &&
    head.unreadable.join() === session.unreadable.join()
  if (isSame) return session
  const merged = new Map(session.bars.map((bar) => [bar.time, bar]))
  for (const bar of bars) merged.set(bar.time, bar)
  const isInOrder = bars.every(({ time }) => time >= (session.bars.at(-1)?.time ?? 0))
  const all = [...merged.values()]
  return { ...session, ...head, updatedAt, revision, bars: isInOrder ? all : all.toSorted((a, b) => a.time - b.time) }
}
