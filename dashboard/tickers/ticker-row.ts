import type { Sparkline, TickerRow } from '../data/ticker-rows.ts'
import { drawing, element, setAttribute, setText } from '../element.ts'
import { changeText, priceText } from '../format.ts'
import type { Freshness } from './freshness.ts'
import { sparklinePath } from './sparkline-path.ts'

const WIDTH = 72
const HEIGHT = 24
/** An option's name is what it says, so the word that colour and form stand for is said too. */
const WORDS = { good: 'fresh', late: 'late', stale: 'stale', closed: 'market' } as const
const ARROWS = { up: '▲', down: '▼', even: '' } as const

/** One ticker as an option of the list. Remembers what it shows: a row in which nothing changed costs a few comparisons. */
export const tickerRow = (ticker: string): TickerRowView => {
  const price = element('span', { class: 'ticker-price' })
  const arrow = element('span', { class: 'ticker-arrow', 'aria-hidden': 'true' })
  const change = element('span')
  const changeBox = element('span', { class: 'ticker-change' }, arrow, change)
  const path = drawing('path')
  const spark = drawing('svg', { class: 'ticker-spark', viewBox: `0 -1 ${WIDTH} ${HEIGHT + 2}`, 'aria-hidden': 'true' }, path)
  const word = element('span', { class: 'visually-hidden' })
  const age = element('span')
  const fresh = element('span', { class: 'ticker-fresh' }, element('span', { class: 'ticker-dot', 'aria-hidden': 'true' }), word, age)
  const name = element('span', { class: 'ticker-name' }, ticker)
  const root = element('div', { class: 'ticker', role: 'option', id: `ticker-${ticker}`, 'aria-selected': 'false' })
  root.append(name, ' ', spark, price, ' ', changeBox, ' ', fresh)
  root.dataset['ticker'] = ticker

  let shown: { readonly row?: TickerRow; readonly sparkline?: Sparkline | undefined; readonly freshness?: Freshness } = {}
  return {
    root,
    update: (row, sparkline, freshness) => {
      if (row.lastClose !== shown.row?.lastClose || row.previousClose !== shown.row?.previousClose || shown.row === undefined) {
        const direction = directionOf(row)
        setText(price, row.lastClose === undefined ? '–' : priceText(row.lastClose))
        setText(arrow, ARROWS[direction])
        setText(change, row.lastClose === undefined || row.previousClose === undefined ? '' : changeText(row.previousClose, row.lastClose))
        setAttribute(root, 'data-direction', direction)
      }
      if (sparkline !== shown.sparkline) setAttribute(path, 'd', sparkline && sparklinePath(sparkline, WIDTH, HEIGHT))
      if (freshness.level !== shown.freshness?.level) {
        setText(word, `${WORDS[freshness.level]} `)
        setAttribute(fresh, 'data-level', freshness.level)
      }
      if (freshness.text !== shown.freshness?.text) setText(age, freshness.text)
      shown = { row, sparkline, freshness }
    },
  }
}

export type TickerRowView = {
  readonly root: HTMLElement
  readonly update: (row: TickerRow, sparkline: Sparkline | undefined, freshness: Freshness) => void
}

const directionOf = ({ lastClose, previousClose }: TickerRow): keyof typeof ARROWS => {
  if (lastClose === undefined || previousClose === undefined || lastClose === previousClose) return 'even'
  return lastClose > previousClose ? 'up' : 'down'
}
