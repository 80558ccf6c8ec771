import * as z from 'zod'
import { addDays } from './new-york.ts'
import { objectionToTicker } from './ticker-symbol.ts'

/** A whole number written as text. `why` ends the sentence that says what may be written. */
const wholeNumber = (key: string, otherwise: number, min: number, max: number, why = '') =>
  z
    .unknown()
    .transform((value, context) => {
      const number = typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : undefined
      if (number !== undefined && number >= min && number <= max) return number
      const given = typeof value === 'string' && value !== '' ? `${key} is ${value}` : `${key} has no number`
      return refuse(context, `${given}: write a whole number from ${min} to ${max}${why}`)
    })
    .default(otherwise)

const list = <Item extends z.ZodType>(key: string, item: Item, example: string) =>
  z
    .unknown()
    .default('')
    .transform((value) => (value === '' ? [] : value))
    .pipe(z.array(item, `${key} is not a list: write each on its own line as "  - ${example}", with a space after the dash`))

const Ticker = z.unknown().transform((value, context) => {
  if (typeof value !== 'string') return refuse(context, 'this is not a ticker: write one symbol on each line, as "  - QQQ"')
  const objection = objectionToTicker(value)
  return objection === undefined ? value : refuse(context, objection)
})

const dateText = (first: number, last: number) =>
  z.unknown().transform((value, context) => {
    if (typeof value === 'string' && isDateIn(value, first, last)) return value
    return refuse(
      context,
      `${typeof value === 'string' ? value : 'this'} is not a date from ${first} to ${last}: write year-month-day, as 2027-03-01`,
    )
  })

const refuse = (context: z.core.$RefinementCtx, message: string): never => {
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

const isDateIn = (text: string, first: number, last: number): boolean => {
  try {
    return addDays(text, 0) === text && text >= `${first}` && text < `${last + 1}`
  } catch {
    return false
  }
}

/** The settings of pipeline.yml. Every scalar comes in as text, so that no ticker (TRUE, NAN, 1E3) is taken for something else. */
export const PipelineFields = z.strictObject(
  {
    tickers: list('tickers', Ticker, 'QQQ').refine(
      (tickers) => tickers.length > 0,
      'there are no tickers: write at least one under "tickers:" as "  - QQQ"',
    ),
    requestsPerMinute: wholeNumber('requestsPerMinute', 120, 2, 600),
    backfillPerMinute: wholeNumber('backfillPerMinute', 20, 1, 599),
    overlapMinutes: wholeNumber('overlapMinutes', 3, 1, 60),
    horizonDays: wholeNumber('horizonDays', 30, 1, 48, ', because Schwab keeps minute candles no longer'),
    concurrency: wholeNumber('concurrency', 5, 2, 1000, ', because the minimum of AWS is 2'),
    // The rules of the calendar go so far.
    closures: list('closures', dateText(2000, 2050), '2027-03-01'),
    // These are the calendar themselves; times count from 1970.
    onlySessions: list('onlySessions', dateText(1970, 2099), '2027-03-01').transform((dates) => (dates.length > 0 ? dates : undefined)),
  },
  {
    error: ({ code }) =>
      code === 'invalid_type' ? 'there are no settings in it: write at least "tickers:" and below it "  - QQQ"' : undefined,
  },
)
