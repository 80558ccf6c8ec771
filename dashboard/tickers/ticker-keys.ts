const PAGE = 10

/** Where a key leads to in a list; undefined for a key that leads nowhere. From nowhere, down is the first and up the last. */
export const tickerAfterKey = (key: string, tickers: readonly string[], active: string | undefined): string | undefined => {
  const last = tickers.length - 1
  const from = active === undefined ? -1 : tickers.indexOf(active)
  const to = { ArrowDown: from + 1, ArrowUp: from < 0 ? last : from - 1, Home: 0, End: last, PageDown: from + PAGE, PageUp: from - PAGE }[
    key
  ]
  return to === undefined ? undefined : tickers[Math.min(last, Math.max(0, to))]
}
