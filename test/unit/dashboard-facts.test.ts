import { describe, expect, it } from 'vitest'
import { allowanceOf, turnOf, whyNothing } from '../../dashboard/shell/page-facts.ts'
import { MINUTE } from '../../shared/domain/time.ts'

describe('why there is no chart', () => {
  const row = { ticker: 'QQQ', date: undefined, coveredUntil: undefined, lastAt: undefined, lastClose: undefined, previousClose: undefined }
  const selection = { ticker: 'QQQ', date: undefined, count: 1, panes: [] }
  const facts = { selection, tickers: [row], sessions: undefined, troubles: {} }

  it('is that it is being read, or cannot be', () => {
    expect(whyNothing(facts)).toBe('Reading …')
    const trouble = { since: 0, who: 'database', what: 'down' } as const
    expect(whyNothing({ ...facts, troubles: { chart: trouble } })).toBe('This cannot be read at the moment')
  })

  it('is a ticker in the address that there is not', () => {
    expect(whyNothing({ ...facts, sessions: [], selection: { ...selection, ticker: 'NOPE' } })).toMatch(/^NOPE is none of the tickers/)
  })

  it('is a date before everything that is stored', () => {
    expect(whyNothing({ ...facts, sessions: [], selection: { ...selection, date: '1999-01-01' } })).toBe(
      'Nothing is stored up to 1999-01-01',
    )
  })

  it('is nothing while there is one, and while there is no ticker at all', () => {
    expect(whyNothing({ ...facts, sessions: [] })).toBeUndefined()
    expect(whyNothing({ ...facts, tickers: [] })).toBeUndefined()
  })
})

describe('what may be late', () => {
  it('is a second or two of work, on a clock that flies, and the turns of the others', () => {
    expect([allowanceOf(1), allowanceOf(60), allowanceOf(0)]).toEqual([0, 2 * MINUTE, 75 * MINUTE])
    expect([turnOf(undefined), turnOf({ cadenceMinutes: 1 }), turnOf({ cadenceMinutes: 5 })]).toEqual([0, 0, 4 * MINUTE])
  })
})
