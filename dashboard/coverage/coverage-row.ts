import { element, setAttribute, setText } from '../element.ts'
import { dateText } from '../format.ts'
import type { CellState } from './cell-state.ts'
import { cellMark, cellText } from './cell-text.ts'

/**
 * One ticker's row. Remembers what it shows and touches only the cells that changed. Its roles are spelled out because the style sheet lays
 * rows out as boxes of their own, so that those out of sight cost nothing; a table that is no table to the eye would be none to the ear.
 */
export const coverageRow = (ticker: string, dates: readonly string[]): CoverageRowView => {
  const cells = dates.map(() => element('td', { class: 'coverage-cell', role: 'gridcell', tabindex: -1 }))
  const root = element('tr', { role: 'row' }, element('th', { scope: 'row', role: 'rowheader' }, ticker), ...cells)
  const shown: CellState[] = []
  return {
    root,
    cells,
    update: (states) => {
      states.forEach((state, column) => {
        const cell = cells[column]
        const before = shown[column]
        if (cell === undefined || (before !== undefined && isSame(before, state))) return
        shown[column] = state
        setText(cell, cellMark(state))
        setAttribute(cell, 'data-kind', state.kind)
        setAttribute(cell, 'aria-label', `${ticker}, ${dateText(dates[column] ?? '')}: ${cellText(state)}`)
      })
    },
  }
}

export type CoverageRowView = {
  readonly root: HTMLTableRowElement
  readonly cells: readonly HTMLTableCellElement[]
  readonly update: (states: readonly CellState[]) => void
}

const isSame = (a: CellState, b: CellState): boolean => a.kind === b.kind && a.candles === b.candles && a.missing === b.missing
