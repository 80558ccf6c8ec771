/** What a person has chosen to see. */
export type Selection = {
  readonly ticker: string | undefined
  /** The last session shown, `YYYY-MM-DD`; undefined: the newest, whichever that is. */
  readonly date: string | undefined
  /** How many sessions. */
  readonly count: number
  readonly panes: readonly string[]
}

export const COUNTS = [1, 5, 30] as const
export const PANES = ['macd', 'rsi'] as const

/** Out of the address, so that a view can be kept and sent: `#ticker=QQQ&date=2026-01-05&sessions=5&panes=macd,rsi`. What makes no sense is left out. */
export const readSelection = (hash: string): Selection => {
  const words = new URLSearchParams(hash.replace(/^#/, ''))
  const date = words.get('date') ?? ''
  const count = Number(words.get('sessions'))
  return {
    ticker: words.get('ticker') ?? undefined,
    date: /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date)) ? date : undefined,
    count: COUNTS.find((known) => known === count) ?? 1,
    panes: PANES.filter((pane) => (words.get('panes') ?? '').split(',').includes(pane)),
  }
}

/** The other way round. */
export const selectionHash = ({ ticker, date, count, panes }: Selection): string => {
  const words = new URLSearchParams()
  if (ticker !== undefined) words.set('ticker', ticker)
  if (date !== undefined) words.set('date', date)
  if (count !== 1) words.set('sessions', String(count))
  if (panes.length > 0) words.set('panes', panes.join(','))
  return `#${words.toString()}`
}
