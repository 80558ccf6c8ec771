import { parseArgs, type ParseArgsConfig } from 'node:util'
import { objectionToTicker } from '../shared/domain/ticker-symbol.ts'
import { addDays } from '../shared/domain/new-york.ts'
import { UsageError } from './command.ts'

/** The options as node:util reads them; positional arguments are refused. Fails with UsageError. */
export const parseOptions = <Options extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: Options) => {
  try {
    return parseArgs({ args: withNegatives(args, options), options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw asUsageError(error)
  }
}

/** node:util takes a negative number for an option and complains of that; joined to its option it gets the answer of any other wrong number. */
const withNegatives = (args: readonly string[], options: NonNullable<ParseArgsConfig['options']>): string[] =>
  args.flatMap((arg, index) => {
    const takesValue = (name: string | undefined): boolean => name?.startsWith('--') === true && options[name.slice(2)]?.type === 'string'
    const next = args[index + 1]
    if (takesValue(arg) && next !== undefined && NEGATIVE.test(next)) return [`${arg}=${next}`]
    return takesValue(args[index - 1]) && NEGATIVE.test(arg) ? [] : [arg]
  })
const NEGATIVE = /^-\d/

/** Of what node:util says the first sentence is about the mistake, the others about its own interface. */
const asUsageError = (error: unknown): UsageError =>
  new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error))

/** The same, with the words between and after the options. Fails with UsageError. */
export const parseArguments = <Options extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: Options) => {
  try {
    const { values, positionals: words } = parseArgs({ args: withNegatives(args, options), options, strict: true, allowPositionals: true })
    return { values, words }
  } catch (error) {
    throw asUsageError(error)
  }
}

/** Tickers given several times or with commas between; undefined when none was. Fails with UsageError. */
export const tickersOf = (values: readonly string[] | undefined): readonly string[] | undefined => {
  if (values === undefined) return undefined
  const tickers = values.flatMap((value) => value.split(',')).map((text) => text.trim())
  for (const ticker of tickers) {
    const objection = ticker === '' ? 'an empty ticker: write --ticker QQQ,SPY' : objectionToTicker(ticker)
    if (objection !== undefined) throw new UsageError(`--ticker ${objection}`)
  }
  return [...new Set(tickers)]
}

/** A whole number of at least 1. Fails with UsageError. */
export const countOf = (name: string, text: string | undefined, max: number): number | undefined => {
  if (text === undefined) return undefined
  const count = /^\d+$/.test(text) ? Number(text) : 0
  if (count < 1 || count > max) throw new UsageError(`${name} ${text}: write a whole number from 1 to ${max}`)
  return count
}

/** A date in New York. Fails with UsageError. */
export const dateOf = (name: string, text: string | undefined): string => {
  if (text === undefined) throw new UsageError(`${name} is missing: write a date, as ${name} 2026-01-02`)
  try {
    if (addDays(text, 0) === text) return text
  } catch {
    // Said below.
  }
  throw new UsageError(`${name} ${text} is not a date: write year-month-day, as 2026-01-02`)
}
