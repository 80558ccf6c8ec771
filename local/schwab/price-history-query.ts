import { addDays, newYorkDate } from '../../shared/domain/new-york.ts'
import type { BarSource } from './bar-source.ts'

export type PriceHistoryQuery = {
  readonly symbol: string
  readonly startDate: number
  readonly endDate: number
  readonly extendedHours: boolean
}
export type BadParameter = { readonly parameter: string; readonly detail: string }

export const isBadParameter = (parsed: PriceHistoryQuery | BadParameter): parsed is BadParameter => 'parameter' in parsed

const PERIOD_TYPES = ['day', 'month', 'year', 'ytd']
const FREQUENCY_TYPES = ['minute', 'daily', 'weekly', 'monthly']
/** A later time is a mistake of units. */
const LAST_INSTANT = Date.UTC(2100, 0, 1)
const DAY_PERIODS = ['1', '2', '3', '4', '5', '10']

/**
 * The parameters with the vendor's defaults: extended hours are included unless refused, and without `endDate` the range ends
 * at the close of the business day before `now`.
 */
export const parsePriceHistoryQuery = (query: URLSearchParams, now: number, source: BarSource): PriceHistoryQuery | BadParameter => {
  const symbol = query.get('symbol') ?? ''
  const bad = (parameter: string, detail: string): BadParameter => ({ parameter, detail })
  if (symbol === '') return bad('symbol', 'symbol is required')
  const periodType = query.get('periodType') ?? 'day'
  if (!PERIOD_TYPES.includes(periodType)) return bad('periodType', `valid values are ${PERIOD_TYPES.join(', ')}`)
  const frequencyType = query.get('frequencyType') ?? (periodType === 'day' ? 'minute' : 'daily')
  if (!FREQUENCY_TYPES.includes(frequencyType)) return bad('frequencyType', `valid values are ${FREQUENCY_TYPES.join(', ')}`)
  if (periodType !== 'day' || frequencyType !== 'minute') return bad('frequencyType', 'the simulator has bars of minutes by day only')
  if ((query.get('frequency') ?? '1') !== '1') return bad('frequency', 'the simulator has bars of one minute only')
  const period = query.get('period') ?? '10'
  if (!DAY_PERIODS.includes(period)) return bad('period', `valid values are ${DAY_PERIODS.join(', ')}`)
  for (const name of ['needExtendedHoursData', 'needPreviousClose']) {
    if (!['true', 'false'].includes(query.get(name) ?? 'true')) return bad(name, 'valid values are true, false')
  }
  const endDate = instantOf(query.get('endDate')) ?? previousClose(source, now)
  if (Number.isNaN(endDate)) return bad('endDate', 'endDate is a time in milliseconds since the epoch')
  const startDate = instantOf(query.get('startDate')) ?? startOfPeriod(source, endDate, Number(period))
  if (Number.isNaN(startDate)) return bad('startDate', 'startDate is a time in milliseconds since the epoch')
  if (startDate > endDate) return bad('startDate', 'startDate is after endDate')
  return { symbol, startDate, endDate, extendedHours: query.get('needExtendedHoursData') !== 'false' }
}

const instantOf = (text: string | null): number | undefined => {
  if (text === null) return undefined
  const at = Number(text)
  return /^\d+$/.test(text) && at < LAST_INSTANT ? at : Number.NaN
}

const previousClose = (source: BarSource, now: number): number => lastSessions(source, addDays(newYorkDate(now), -1), 1)[0]?.closesAt ?? now

const startOfPeriod = (source: BarSource, endDate: number, days: number): number =>
  lastSessions(source, newYorkDate(endDate), days).at(-1)?.opensAt ?? endDate

/** Up to `count` sessions back from this date, the newest first; the longest gap looked over is a month. */
const lastSessions = (source: BarSource, until: string, count: number) => {
  const found = []
  for (let date = until, gap = 0; found.length < count && gap < 31; date = addDays(date, -1), gap++) {
    const session = source.sessionOn(date)
    if (session === undefined) continue
    found.push(session)
    gap = 0
  }
  return found
}
