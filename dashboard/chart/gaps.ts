import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { ChartSession } from '../data/chart-rows.ts'

/**
 * Why minutes have no bar. `no-trade`: proven that nobody traded. `missing`: there should be a bar, or something that says there is none.
 * `pending`: Schwab has answered for later minutes already, or for the whole session once, but nothing has
 * proven yet that nothing is absent. `unreadable`: Schwab speaks of the minute, with numbers that cannot be read.
 */
export type GapKind = 'no-trade' | 'missing' | 'pending' | 'unreadable'
/** A run of minutes without a bar. `from`: its first minute, `to`: the end of its last; epoch milliseconds. */
export type Gap = { readonly from: number; readonly to: number; readonly kind: GapKind }

export const GAP_WORDS: Readonly<Record<GapKind, string>> = {
  'no-trade': 'no trade',
  missing: 'missing',
  pending: 'not yet proven',
  unreadable: 'unreadable',
}

/** A bar may take this long after its minute's end before it is missed. */
const PATIENCE = 3 * MINUTE
/** So long after the close every session should have passed its audit. */
const AUDIT_PATIENCE = HOUR

type SessionTimes = Pick<ChartSession, 'opensAt' | 'closesAt'>

export const minutesOf = ({ opensAt, closesAt }: SessionTimes): readonly number[] =>
  Array.from({ length: Math.max(0, Math.ceil((closesAt - opensAt) / MINUTE)) }, (_, index) => opensAt + index * MINUTE)

/**
 * The gaps of one session, oldest first, never one of a minute that may still come. `now`: epoch milliseconds; `allowance`: how much later
 * than usual a bar may be.
 */
export const gapsOf = (session: ChartSession, now: number, allowance = 0): readonly Gap[] => {
  const times = new Set(session.bars.map((bar) => bar.time))
  const gaps: Gap[] = []
  for (const minute of minutesOf(session)) {
    const kind = times.has(minute) ? undefined : kindOf(session, minute, now, allowance)
    if (kind === undefined) continue
    const last = gaps.at(-1)
    if (last?.to === minute && last.kind === kind) gaps[gaps.length - 1] = { ...last, to: minute + MINUTE }
    else gaps.push({ from: minute, to: minute + MINUTE, kind })
  }
  return gaps
}

export const gapAt = (gaps: readonly Gap[], time: number): Gap | undefined => gaps.find(({ from, to }) => from <= time && time < to)

export const gapMinutes = ({ from, to }: Gap): number => Math.round((to - from) / MINUTE)

export const missingMinutes = (gaps: readonly Gap[]): number =>
  gaps.reduce((sum, gap) => (gap.kind === 'missing' ? sum + gapMinutes(gap) : sum), 0)

export const sameGaps = (some: readonly Gap[], others: readonly Gap[]): boolean =>
  some.length === others.length &&
  some.every((gap, index) => gap.from === others[index]?.from && gap.to === others[index].to && gap.kind === others[index].kind)

const kindOf = (session: ChartSession, minute: number, now: number, allowance: number): GapKind | undefined => {
  if (session.unreadable.includes(minute)) return 'unreadable'
  // What is proven does not depend on the viewer's clock.
  if (session.isComplete) return session.bars.length >= session.candles ? 'no-trade' : 'missing'
  if (session.isRead) return session.bars.length >= session.candles ? 'pending' : 'missing'
  if (now > session.closesAt + AUDIT_PATIENCE) return 'missing'
  if (now - (minute + MINUTE) <= PATIENCE + allowance) return undefined
  return minute < (session.coveredUntil ?? session.opensAt) ? 'pending' : 'missing'
}
