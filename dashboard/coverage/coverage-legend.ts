import { element } from '../element.ts'
import type { CellState } from './cell-state.ts'
import { cellMark } from './cell-text.ts'

const WORDS: readonly (readonly [CellState['kind'], string])[] = [
  ['complete', 'complete'],
  ['partial', 'minutes missing'],
  ['missing', 'nothing stored'],
  ['open', 'open, up to date'],
  ['waiting', 'to be audited'],
  ['closed', 'market closed'],
]

export const coverageLegend = (): HTMLElement =>
  element(
    'ul',
    { class: 'coverage-legend', 'aria-label': 'Legend' },
    ...WORDS.map(([kind, words]) => {
      const sample = element(
        'span',
        { class: 'coverage-cell', 'data-kind': kind, 'aria-hidden': 'true' },
        cellMark({ kind, candles: 0, missing: 12 }),
      )
      return element('li', {}, sample, words)
    }),
  )
