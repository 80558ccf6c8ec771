import { nearestWord } from '../../shared/domain/nearest-word.ts'
import { objectionToTicker } from '../../shared/domain/ticker-symbol.ts'
import { readDuration } from './duration.ts'

/** What an option of a fault or an action may be, and how it is read from text. */
export type Option = {
  /** What to write, for messages and lists. */
  readonly wanted: string
  readonly read: (text: string) => { readonly value: unknown } | { readonly problem: string }
  readonly isRequired?: true
  /** The name in the setting, where it is another. */
  readonly field?: string
}

export const required = (option: Option): Option => ({ ...option, isRequired: true })

/** One of these words; the value is what the setting has for it. */
export const word = (words: Readonly<Record<string, string>>): Option => {
  const known = Object.keys(words)
  const wanted = known.join(', ')
  return {
    wanted,
    read: (text) => {
      if (Object.hasOwn(words, text)) return { value: words[text] }
      const meant = text === '' ? undefined : nearestWord(text, known)
      return { problem: `write ${meant === undefined ? '' : `${meant}; it may be `}${meant === undefined ? 'one of ' : ''}${wanted}` }
    },
  }
}

/** Words that the setting has as they are. */
export const wordOf = (words: readonly string[]): Option => word(Object.fromEntries(words.map((each) => [each, each])))

export const number = (wanted: string, isGood: (value: number) => boolean): Option => ({
  wanted,
  read: (text) => {
    const value = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
    return isGood(value) ? { value } : { problem: `write ${wanted}` }
  },
})

export const count = (wanted: string, min = 1, max = 1_000_000): Option =>
  number(wanted, (value) => Number.isInteger(value) && value >= min && value <= max)

export const duration = (wanted: string): Option => ({
  wanted,
  read: (text) => {
    const value = readDuration(text)
    return value === undefined ? { problem: `write ${wanted}` } : { value }
  },
})

export const minuteOfDay: Option = {
  wanted: 'a minute of the day in New York, as 10:42',
  read: (text) =>
    /^([01]\d|2[0-3]):[0-5]\d$/.test(text) ? { value: text } : { problem: 'write a minute of the day in New York, as 10:42' },
}

export const ticker: Option = {
  wanted: 'a ticker, as QQQ',
  read: (text) => {
    const objection = objectionToTicker(text)
    return objection === undefined ? { value: text } : { problem: text === '' ? 'write a ticker, as QQQ' : objection }
  },
}

export const tickers: Option = {
  wanted: 'tickers, as QQQ,SPY',
  read: (text) => {
    const all = text.split(',').map((each) => each.trim())
    const wrong = all.map((each) => ticker.read(each)).find((reading) => 'problem' in reading)
    return wrong ?? { value: all }
  },
}
