const SYMBOL = /^(\$[A-Z][A-Z0-9]{0,9}|[A-Z][A-Z0-9]{0,9}(\/[A-Z0-9]{1,4})?)$/
const EXAMPLE = 'write one symbol on each line, such as QQQ or BRK/B'

/** What is wrong with a ticker as a person wrote it and, where that is known, what to write instead; undefined when Schwab would write it so too. */
export const objectionToTicker = (text: string): string | undefined => {
  if (SYMBOL.test(text)) return undefined
  if (text === '') return 'this line of the list is empty: write a ticker after the dash, or delete the line'
  const schwabs = asSchwabWrites(text)
  if (schwabs !== undefined)
    return /[.\- ]/.test(text) ? `${text}: Schwab writes ${schwabs}` : `${text} is not in capital letters: write ${schwabs}`
  return LIKE_A_SYMBOL.test(text)
    ? `${text} is not a form of ticker that is known here: look up at Schwab how it writes this symbol`
    : `${text} is not a ticker: ${EXAMPLE}`
}

/** A symbol with something at its beginning or end: of preferred shares, warrants and units every vendor writes something else. */
const LIKE_A_SYMBOL = /^(?=.*[A-Z])[\^$=]?[A-Z0-9]{1,11}([.\-+=/ ][A-Z0-9]{1,4}){0,2}[+=]?$/i

/** The symbol that was most likely meant, undefined when that is not known. */
export const asSchwabWrites = (text: string): string | undefined => {
  const symbol = text
    .trim()
    .toUpperCase()
    // A class of shares. Other single letters are not: units, warrants, rights.
    .replace(/^([A-Z0-9]+)[.\- ]([A-C])$/, '$1/$2')
    // An index as TD Ameritrade wrote it.
    .replace(/^(\$[A-Z0-9]+)\.X$/, '$1')
  return SYMBOL.test(symbol) ? symbol : undefined
}

/** The ticker of a file's name, which has a dot for the slash of a share class: a name cannot have a slash. */
export const tickerOfFileName = (name: string): string => name.replaceAll('.', '/')
