const SYMBOL = /^\$?[A-Z][A-Z0-9]{0,9}(\/[A-Z0-9]{1,4})?$/

/** What is wrong with a ticker as a person wrote it and what to write instead; undefined when Schwab would write it so too. */
export const objectionToTicker = (text: string): string | undefined => {
  if (SYMBOL.test(text)) return undefined
  if (text === '') return 'this line of the list is empty: write a ticker after the dash, or delete the line'
  const schwabs = asSchwabWrites(text)
  if (schwabs === undefined) return `${text} is not a ticker: write one symbol on each line, such as QQQ or BRK/B`
  return /[.\- ]/.test(text) ? `${text}: Schwab writes ${schwabs}` : `${text} is not in capital letters: write ${schwabs}`
}

/** The symbol that was most likely meant, undefined when nothing like a symbol is left. */
export const asSchwabWrites = (text: string): string | undefined => {
  const symbol = text
    .trim()
    .toUpperCase()
    .replace(/^([$A-Z0-9]+)[.\- ]([A-Z0-9]{1,2})$/, '$1/$2')
  return SYMBOL.test(symbol) ? symbol : undefined
}
