import { describe, expect, it } from 'vitest'
import { spansOf } from '../../local/spans.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'

const calendar = marketCalendar()
const session = (date: string, ...tickers: readonly string[]) => {
  const found = calendar.sessionOn(date)
  if (found === undefined) throw new Error(`${date} has no session`)
  return { ...found, tickers }
}

const summary = (...sessions: readonly ReturnType<typeof session>[]) =>
  spansOf(sessions).map((span) => ({ tickers: span.tickers.join(' '), dates: span.sessions.map(({ date }) => date).join(' ') }))

describe('spansOf', () => {
  it('has no spans without sessions', () => {
    expect(spansOf([])).toEqual([])
  })

  it('starts half an hour before the first open and ends two days after the last close', () => {
    const [span] = spansOf([session('2019-02-11', 'QQQ'), session('2019-02-12', 'QQQ')])
    expect(new Date(span?.startsAt ?? 0).toISOString()).toBe('2019-02-11T14:00:00.000Z')
    expect(new Date(span?.endsAt ?? 0).toISOString()).toBe('2019-02-14T21:00:00.000Z')
  })

  it('cuts where the market is closed for more than ten days', () => {
    expect(summary(session('2019-02-11', 'QQQ'), session('2019-02-21', 'QQQ'), session('2019-03-05', 'SPY'))).toEqual([
      { tickers: 'QQQ', dates: '2019-02-11 2019-02-21' },
      { tickers: 'SPY', dates: '2019-03-05' },
    ])
  })

  it('names each ticker of a span once, sorted', () => {
    expect(summary(session('2019-02-11', 'SPY', 'QQQ'), session('2019-02-12', 'QQQ', 'AAPL'))).toEqual([
      { tickers: 'AAPL QQQ SPY', dates: '2019-02-11 2019-02-12' },
    ])
  })
})
