export type Place = { readonly row: number; readonly column: number }

/** Where a key leads to in a table of so many rows and columns; undefined for a key that leads nowhere. */
export const placeAfterKey = (
  key: string,
  withControl: boolean,
  { row, column }: Place,
  rows: number,
  columns: number,
): Place | undefined => {
  const lastRow = rows - 1
  const lastColumn = columns - 1
  const to = {
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    Home: { row: withControl ? 0 : row, column: 0 },
    End: { row: withControl ? lastRow : row, column: lastColumn },
    PageUp: { row: row - 10, column },
    PageDown: { row: row + 10, column },
  }[key]
  return to && { row: clamp(to.row, lastRow), column: clamp(to.column, lastColumn) }
}

const clamp = (value: number, last: number): number => Math.min(last, Math.max(0, value))
