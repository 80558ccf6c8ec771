import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadPipelineFile, parsePipelineFile } from '../../shared/adapters/pipeline-file.ts'

const root = join(import.meta.dirname, '../..')

/** The lines of the one error that the text is refused with. */
const mistakes = (text: string): readonly string[] => {
  try {
    parsePipelineFile(text, 'pipeline.yml')
  } catch (error) {
    if (error instanceof Error && error.name === 'PipelineFileInvalid') return error.message.split('\n')
    throw error
  }
  return []
}

const symbols = (count: number): string => Array.from({ length: count }, (_, index) => `  - T${index}\n`).join('')

describe('the file that is shipped', () => {
  it('is right and has five tickers', () => {
    expect(loadPipelineFile(join(root, 'pipeline.yml'))).toEqual({
      tickers: ['QQQ', 'SPY', 'AAPL', 'MSFT', 'PPLT'],
      requestsPerMinute: 120,
      backfillPerMinute: 20,
      overlapMinutes: 3,
      horizonDays: 30,
      concurrency: 5,
      closures: [],
      onlySessions: undefined,
    })
  })
})

describe('a pipeline.yml', () => {
  it('needs nothing but tickers', () => {
    expect(parsePipelineFile('tickers: [QQQ]\n', 'pipeline.yml')).toMatchObject({
      tickers: ['QQQ'],
      requestsPerMinute: 120,
      concurrency: 5,
    })
  })

  it('may have lists whose lines are all commented out', () => {
    expect(parsePipelineFile('tickers:\n  - QQQ\nclosures:\n#  - 2027-03-01\nonlySessions:\n', 'pipeline.yml')).toMatchObject({
      closures: [],
      onlySessions: undefined,
    })
  })

  it('may name dates, quoted or not, and come from Windows', () => {
    const text = '\uFEFFtickers:\r\n  - QQQ\r\nclosures: [2027-03-01]\r\nonlySessions: ["2019-02-12"]\r\n'
    expect(parsePipelineFile(text, 'pipeline.yml')).toMatchObject({
      tickers: ['QQQ'],
      closures: ['2027-03-01'],
      onlySessions: ['2019-02-12'],
    })
  })

  it('never takes a ticker for a boolean, a number or nothing', () => {
    const traps = ['ON', 'NO', 'Y', 'TRUE', 'NAN', 'INF', 'NULL', 'E1']
    expect(parsePipelineFile(`tickers: [${traps.join(', ')}]`, 'pipeline.yml').tickers).toEqual(traps)
  })

  it('may hold exactly the tickers that the budget reaches in an hour', () => {
    expect(mistakes(`requestsPerMinute: 3\nbackfillPerMinute: 1\ntickers:\n${symbols(120)}`)).toEqual([])
  })
})

describe('a mistake in pipeline.yml', () => {
  const cases: readonly (readonly [what: string, text: string, ...expected: readonly string[]])[] = [
    ['a lower-case ticker', 'tickers:\n  - qqq\n', '2: qqq is not in capital letters: write QQQ'],
    ['a share class with a point', 'tickers:\n  - BRK.B\n', '2: BRK.B: Schwab writes BRK/B'],
    ['a share class with a hyphen', 'tickers:\n  - bf-b\n', '2: bf-b: Schwab writes BF/B'],
    ["an index as TD Ameritrade wrote it, which is not Schwab's slash", 'tickers:\n  - $VIX.X\n', '2: $VIX.X: Schwab writes $VIX'],
    ...['BAC-PL', 'PCG-PA', 'ABC-WS', 'ABC-U', 'ABC.W', '^VIX', 'ABC+', '$VIX/X', 'BRK/B.X'].map(
      (text) =>
        [
          `a form whose counterpart at Schwab nobody here knows: ${text}`,
          `tickers:\n  - ${text}\n`,
          `2: ${text} is not a form of ticker that is known here: look up at Schwab how it writes this symbol`,
        ] as const,
    ),
    ['a number for a ticker', 'tickers:\n  - 123\n', '2: 123 is not a ticker: write one symbol on each line, such as QQQ or BRK/B'],
    ['an empty item', 'tickers:\n  - QQQ\n  -\n', '3: this line of the list is empty: write a ticker after the dash, or delete the line'],
    ['a list in the list', 'tickers:\n  - [QQQ]\n', '2: this is not a ticker: write one symbol on each line, as "  - QQQ"'],
    [
      'a ticker that is there twice',
      'tickers:\n  - QQQ\n  - SPY\n  - QQQ\n',
      '4: QQQ is in the list twice: delete one (the other is on line 2)',
    ],
    [
      'a slip in the name of a setting',
      'tickers: [QQQ]\nrequestPerMinutes: 3\n',
      '2: requestPerMinutes is not a setting: write requestsPerMinute',
    ],
    [
      'an unknown setting',
      'tickers: [QQQ]\nemail: x\n',
      '2: email is not a setting: the settings are tickers, requestsPerMinute, backfillPerMinute, overlapMinutes, horizonDays, concurrency, closures, onlySessions',
    ],
    [
      'an empty list of tickers',
      'overlapMinutes: 3\ntickers: []\n',
      '2: there are no tickers: write at least one under "tickers:" as "  - QQQ"',
    ],
    ['no list of tickers', 'overlapMinutes: 3\n', '1: there are no tickers: write at least one under "tickers:" as "  - QQQ"'],
    [
      'tickers on one line',
      'tickers: QQQ, SPY\n',
      '1: tickers is not a list: write each on its own line as "  - QQQ", with a space after the dash',
    ],
    [
      'no space after the dash',
      'tickers:\n  -QQQ\n  -SPY\n',
      '1: tickers is not a list: write each on its own line as "  - QQQ", with a space after the dash',
    ],
    [
      'a number that is too large',
      'tickers: [QQQ]\nrequestsPerMinute: 601\n',
      '2: requestsPerMinute is 601: write a whole number from 2 to 600',
    ],
    ['a number that is not whole', 'tickers: [QQQ]\noverlapMinutes: 2.5\n', '2: overlapMinutes is 2.5: write a whole number from 1 to 60'],
    ['a number without digits', 'tickers: [QQQ]\noverlapMinutes:\n', '2: overlapMinutes has no number: write a whole number from 1 to 60'],
    [
      'a horizon beyond what Schwab keeps',
      'tickers: [QQQ]\nhorizonDays: 49\n',
      '2: horizonDays is 49: write a whole number from 1 to 48, because Schwab keeps minute candles no longer',
    ],
    [
      'a concurrency that AWS refuses',
      'tickers: [QQQ]\nconcurrency: 1\n',
      '2: concurrency is 1: write a whole number from 2 to 1000, because the minimum of AWS is 2',
    ],
    [
      'a backfill that leaves nothing for live minutes',
      'tickers: [QQQ]\nrequestsPerMinute: 20\n',
      '2: requestsPerMinute is 20, and backfillPerMinute takes 20 of them: write less than 20 for backfillPerMinute, so that live minutes get some',
    ],
    [
      'more tickers than the budget reaches in an hour',
      `requestsPerMinute: 3\nbackfillPerMinute: 1\ntickers:\n${symbols(121)}`,
      '3: 121 tickers: 3 requests a minute less 1 for the past reach 120 of them in an hour; write fewer tickers or a larger requestsPerMinute',
    ],
    [
      'a date that does not exist',
      'tickers: [QQQ]\nclosures:\n  - 2027-02-30\n',
      '3: 2027-02-30 is not a date from 2000 to 2050: write year-month-day, as 2027-03-01',
    ],
    [
      'a date in words',
      'tickers: [QQQ]\nonlySessions: [tomorrow]\n',
      '2: tomorrow is not a date from 1970 to 2099: write year-month-day, as 2027-03-01',
    ],
    [
      'a date without a list',
      'tickers: [QQQ]\nclosures: 2027-03-01\n',
      '2: closures is not a list: write each on its own line as "  - 2027-03-01", with a space after the dash',
    ],
    ['an empty file', '', '1: there are no settings in it: write at least "tickers:" and below it "  - QQQ"'],
    ['a file of comments', '# tickers\n', '1: there are no settings in it: write at least "tickers:" and below it "  - QQQ"'],
    ['a file that is a bare list', '- QQQ\n', '1: there are no settings in it: write at least "tickers:" and below it "  - QQQ"'],
    ['a tab', 'tickers:\n\t- QQQ\n', '2: this line begins with a tab: indent it with spaces'],
    [
      'a setting that is there twice',
      'tickers: [QQQ]\nconcurrency: 5\nconcurrency: 6\n',
      '3: this setting is in the file twice: delete one',
    ],
    ['a second document', 'tickers: [QQQ]\n---\nconcurrency: 5\n', '2: "---" begins a second document: delete this line'],
    ['an alias', 'tickers: [QQQ, *SPY]\n', '1: *SPY is an alias of YAML: write the value itself'],
    [
      'an open bracket',
      'tickers: [QQQ\nconcurrency: 5\n',
      '2: not YAML: a bracket or quotation mark that was opened before is not closed; close it on its own line',
    ],
    [
      'a setting without a colon',
      'tickers: [QQQ]\nconcurrency 5\n',
      '2: not YAML: write a setting as "name: value" and a list below it as "  - QQQ", each item as far in as the one above',
    ],
    [
      'items that are not equally far in',
      'tickers:\n  - QQQ\n- SPY\n',
      '3: not YAML: write a setting as "name: value" and a list below it as "  - QQQ", each item as far in as the one above',
    ],
  ]

  it.each(cases)('is named with its line and what to write: %s', (_, text, ...expected) => {
    expect(mistakes(text)).toEqual(expected.map((line) => `pipeline.yml:${line}`))
  })

  it('does not hide the others: one error lists all, in the order of the file', () => {
    const text = 'concurrency: 1\ntickers:\n  - qqq\n  - SPY\n  - SPY\nconcurency: 3\nhorizonDays: 5\nhorizonDays: 99\n'
    expect(mistakes(text).map((line) => line.split(':')[1])).toEqual(['1', '3', '5', '6', '8', '8'])
  })
})

describe('a file that is not there', () => {
  it('is named', () => {
    expect(() => loadPipelineFile('/nowhere/pipeline.yml')).toThrow('/nowhere/pipeline.yml: cannot be read')
  })
})
