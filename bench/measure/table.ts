import { figure } from './figure.ts'
import { ratioOf, type Row, verdictOf } from './row.ts'

const HEAD = ['benchmark', 'what', 'ours', 'instead', 'times better', 'goal', 'verdict']

const goalText = ({ goal, unit }: Row): string => {
  if (goal === undefined) return ''
  const value = figure(goal.value, goal.of === 'ratio' ? 'times' : unit)
  return `${goal.of === 'ratio' ? 'ratio ' : ''}${goal.is === 'at most' ? '≤' : '≥'} ${value}`
}

const cellsOf = (row: Row): readonly string[] => {
  const other = row.other === undefined ? '' : `${figure(row.other, row.unit)} (${row.against ?? 'old design'})`
  const ratio = ratioOf(row)
  return [
    row.benchmark,
    row.what,
    figure(row.ours, row.unit),
    other,
    ratio === undefined ? '' : figure(ratio, 'times'),
    goalText(row),
    verdictOf(row),
  ]
}

/** Numbers stand to the right. */
const IS_NUMBER = [false, false, true, true, true, true, false]

const padded = (cells: readonly string[], widths: readonly number[]): readonly string[] =>
  cells.map((cell, column) => (IS_NUMBER[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))

const widthsOf = (lines: readonly (readonly string[])[]): readonly number[] =>
  HEAD.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column]?.length ?? 0)))

/** For a terminal. */
export const textTable = (rows: readonly Row[]): string => {
  const lines = [HEAD, ...rows.map(cellsOf)]
  const widths = widthsOf(lines)
  return lines.map((cells) => padded(cells, widths).join('  ').trimEnd()).join('\n')
}

/** For docs/performance.md, in the form that the formatter keeps. */
export const markdownTable = (rows: readonly Row[]): string => {
  const lines = [HEAD, ...rows.map(cellsOf)]
  const widths = widthsOf(lines)
  const rule = widths.map((width, column) => (IS_NUMBER[column] === true ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)))
  const [head, ...body] = lines.map((cells) => padded(cells, widths))
  return [head ?? [], rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
