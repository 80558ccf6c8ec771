import { element } from '../element.ts'

/** Whose work the page stands on, as its licence asks, and the plain page of a stack on this machine. */
export const foot = (isLocal: boolean): HTMLElement =>
  element(
    'footer',
    { class: 'foot' },
    'Charts: ',
    element('a', { href: 'https://www.tradingview.com/' }, 'TradingView Lightweight Charts™'),
    ', © TradingView, Inc. All times are New York’s. Keys: ← → sessions, / tickers.',
    ...(isLocal ? [' ', element('a', { href: './status' }, 'The same in plain words'), '.'] : []),
  )
