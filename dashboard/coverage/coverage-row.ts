import { element, setAttribute, setText } from '../element.ts'
import { dateText } from '../format.ts'
import type { CellState } from './cell-state.ts'
import { cellMark, cellText } from './cell-text.ts'

/** One ticker's row. Remembers what it shows and touches only the cells that changed. */
export const coverageRow = (ticker: string, dates: readonly string[]): CoverageRowView => {
  const cells = dates.map(() => element('td', { class: 'coverage-cell', tabindex: -1 }))
  const root = element('tr', {}, element('th', { scope: 'row' }, ticker), ...cells)
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
        const name = `${ticker}, ${dateText(dates[column] ?? '')}: ${cellText(state)}`
        setText(cell, cellMark(state))
        setAttribute(cell, 'data-kind', state.kind)
        setAttribute(cell, 'aria-label', name)
        setAttribute(cell, 'title', name)
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
