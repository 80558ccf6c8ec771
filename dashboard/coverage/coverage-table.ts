import { addDays, weekday } from '../../shared/domain/new-york.ts'
import { minuteOf } from '../../shared/domain/time.ts'
import type { CoverageCell, CoverageDay } from '../data/coverage-rows.ts'
import type { Schedule, SessionTimes } from '../data/status-rows.ts'
import { type CellState, cellState, CLOSED } from './cell-state.ts'

export type CoverageRow = { readonly ticker: string; readonly states: readonly CellState[] }
/** Columns are dates, oldest first; each row has one state for each of them. */
export type CoverageTable = { readonly dates: readonly string[]; readonly rows: readonly CoverageRow[] }

/** The weekdays from the first session to the last, oldest first: holidays are shown, weekends are not. */
export const weekdaysOf = (sessions: readonly SessionTimes[]): readonly string[] => {
  const first = sessions[0]?.date
  const last = sessions.at(-1)?.date
  if (first === undefined || last === undefined) return []
  const dates: string[] = []
  for (let date = first; date <= last; date = addDays(date, 1)) {
    // A recorded session on a Saturday would be a surprise, but not one to hide.
    if (weekday(date) % 6 !== 0 || sessions.some((session) => session.date === date)) dates.push(date)
  }
  return dates
}

export const coverageTable = ({ days, schedule, now, allowance }: CoverageTableInput): CoverageTable => {
  const dates = weekdaysOf(schedule.sessions)
  const sessions = new Map(schedule.sessions.map((session) => [session.date, session]))
  const stored = new Map(days.map((day) => [day.date, cellsOf(day)]))
  const minute = minuteOf(now)
  const columns = dates.map((date) => ({ session: sessions.get(date), cells: stored.get(date) }))
  const stateOf = (ticker: string, { session, cells }: (typeof columns)[number]): CellState =>
    session === undefined ? CLOSED : cellState(session, cells?.get(ticker), minute, allowance)
  return { dates, rows: schedule.tickers.map((ticker) => ({ ticker, states: columns.map((column) => stateOf(ticker, column)) })) }
}

type CoverageTableInput = {
  readonly days: readonly CoverageDay[]
  readonly schedule: Schedule
  readonly now: number
  readonly allowance?: number | undefined
}

const byTicker = new WeakMap<CoverageDay, ReadonlyMap<string, CoverageCell>>()

/** A day that was not read again is not sorted again. */
const cellsOf = (day: CoverageDay): ReadonlyMap<string, CoverageCell> => {
  const cells = byTicker.get(day) ?? new Map(day.cells.map((cell) => [cell.ticker, cell]))
  byTicker.set(day, cells)
  return cells
}
