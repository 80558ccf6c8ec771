import { countText } from '../format.ts'
import type { CellState } from './cell-state.ts'
import type { CoverageRow, CoverageTable } from './coverage-table.ts'

/** `21 sessions × 500 tickers: 10,480 complete, 2 partial, 18 to be audited, 0 missing` */
export const coverageSummary = ({ rows }: CoverageTable): string => {
  const states = rows.flatMap((row) => row.states)
  const count = (...kinds: readonly CellState['kind'][]): number => states.filter(({ kind }) => kinds.includes(kind)).length
  const open = count('open')
  const sessions = rows[0]?.states.filter(({ kind }) => kind !== 'closed' && kind !== 'ahead').length ?? 0
  const parts = [
    `${countText(count('complete'))} complete`,
    ...(open > 0 ? [`${countText(open)} open`] : []),
    `${countText(count('partial'))} partial`,
    `${countText(count('waiting'))} to be audited`,
    `${countText(count('missing'))} missing`,
  ]
  return `${named(sessions, 'session')} × ${named(rows.length, 'ticker')}: ${parts.join(', ')}`
}

const named = (count: number, thing: string): string => `${countText(count)} ${thing}${count === 1 ? '' : 's'}`

/** The rows that matter most, so many: with a missing session first, then with a partial one, then as they come. */
export const urgentRows = (rows: readonly CoverageRow[], most: number): readonly CoverageRow[] => {
  const has = (row: CoverageRow, kind: CellState['kind']): boolean => row.states.some((state) => state.kind === kind)
  const rank = (row: CoverageRow): number => (has(row, 'missing') ? 0 : has(row, 'partial') ? 1 : 2)
  return rows
    .map((row) => ({ row, rank: rank(row) }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ row }) => row)
}
