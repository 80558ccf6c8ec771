/** A day of trading as the exchange had it, written down by hand: nothing here comes from the pipeline's calendar. */
export type TradingDay = { readonly date: string; readonly opensAt: number; readonly minutes: number }

/** Full days open at 14:30 UTC in winter and at 13:30 in summer, for 390 minutes; `half` ones for 210. */
const day = (date: string, opens: string, minutes = 390): TradingDay => ({ date, opensAt: Date.parse(`${date}T${opens}:00Z`), minutes })
const winter = (date: string): TradingDay => day(date, '14:30')
const summer = (date: string): TradingDay => day(date, '13:30')
const winterHalf = (date: string): TradingDay => day(date, '14:30', 210)
const summerHalf = (date: string): TradingDay => day(date, '13:30', 210)

/** Spans of neighbouring trading days: between two of them the exchange was closed. */
export const WEEKS: Readonly<Record<string, readonly TradingDay[]>> = {
  plain: [
    '2026-01-26',
    '2026-01-27',
    '2026-01-28',
    '2026-01-29',
    '2026-01-30',
    '2026-02-02',
    '2026-02-03',
    '2026-02-04',
    '2026-02-05',
    '2026-02-06',
  ].map(winter),
  presidents: [
    '2026-02-09',
    '2026-02-10',
    '2026-02-11',
    '2026-02-12',
    '2026-02-13',
    '2026-02-17',
    '2026-02-18',
    '2026-02-19',
    '2026-02-20',
  ].map(winter),
  clocksForward: [
    ...['2026-02-26', '2026-02-27', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06'].map(winter),
    ...['2026-03-09', '2026-03-10', '2026-03-11'].map(summer),
  ],
  goodFriday: ['2026-03-27', '2026-03-30', '2026-03-31', '2026-04-01', '2026-04-02', '2026-04-06', '2026-04-07', '2026-04-08'].map(summer),
  independence: [
    ...['2025-06-25', '2025-06-26', '2025-06-27', '2025-06-30', '2025-07-01', '2025-07-02'].map(summer),
    summerHalf('2025-07-03'),
    ...['2025-07-07', '2025-07-08'].map(summer),
  ],
  clocksBack: [
    ...['2026-10-23', '2026-10-26', '2026-10-27', '2026-10-28', '2026-10-29', '2026-10-30'].map(summer),
    ...['2026-11-02', '2026-11-03', '2026-11-04'].map(winter),
  ],
  thanksgiving: [
    ...['2026-11-19', '2026-11-20', '2026-11-23', '2026-11-24', '2026-11-25'].map(winter),
    winterHalf('2026-11-27'),
    ...['2026-11-30', '2026-12-01'].map(winter),
  ],
  christmas: [
    ...['2026-12-17', '2026-12-18', '2026-12-21', '2026-12-22', '2026-12-23'].map(winter),
    winterHalf('2026-12-24'),
    ...['2026-12-28', '2026-12-29', '2026-12-30', '2026-12-31', '2027-01-04'].map(winter),
  ],
}
