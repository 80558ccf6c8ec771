import { countText } from '../format.ts'
import type { CellState } from './cell-state.ts'

/** What stands in a cell: readable without its colour. */
export const cellMark = ({ kind, missing, unreadable = 0 }: CellState): string =>
  kind === 'partial' ? countText(missing) : unreadable > 0 ? `${MARKS.complete}?` : MARKS[kind]

const MARKS = { complete: '✓', missing: '✕', open: '▸', waiting: '…', ahead: '', closed: '' } as const

/** The same for the tooltip and for ears: `complete, 390 candles`. */
export const cellText = ({ kind, candles, missing, unreadable = 0 }: CellState): string =>
  `${WORDS[kind](counted(candles, 'candle'), counted(missing, 'minute'))}${unreadable > 0 ? `, ${counted(unreadable, 'minute')} unreadable` : ''}`

const WORDS: Readonly<Record<CellState['kind'], (candles: string, minutes: string) => string>> = {
  complete: (candles) => `complete, ${candles}`,
  partial: (candles, minutes) => `partial, ${minutes} missing, ${candles}`,
  missing: (_, minutes) => `missing, ${minutes}`,
  open: (candles) => `open, ${candles} so far`,
  waiting: (candles) => `to be audited, ${candles}`,
  ahead: () => 'not begun',
  closed: () => 'closed',
}

const counted = (count: number, thing: string): string => `${countText(count)} ${thing}${count === 1 ? '' : 's'}`
