import { describe, expect, it } from 'vitest'
import { judgeVerdicts } from '../../shared/domain/judge-verdicts.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { JudgeInput } from '../../shared/domain/verdict-change.ts'
import { sessionDueAt, tickerDueAt, usualFeedPause, type Rhythm, type Verdict } from '../../shared/domain/verdicts.ts'
import { DAY, monday, sessionOn, tuesday } from '../contract/store-setup.ts'

const friday = sessionOn('2026-01-02')
const T = tuesday.opensAt + 2 * HOUR

const against = (ticker: string, over: Partial<Verdict> = {}): Verdict => ({
  kind: 'unknown_symbol',
  ticker,
  date: undefined,
  firstAt: T - 2 * HOUR,
  lastAt: T - HOUR,
  count: 9,
  askedOn: [tuesday.date],
  decidedAt: undefined,
  toldAt: undefined,
  endedAt: undefined,
  answeredAt: undefined,
  traded: false,
  ...over,
})
const liquid = (ticker: string, heardUntil = T): Rhythm => ({ ticker, heardUntil, minutesPerBar: 1 })
const judge = (over: Partial<JudgeInput>) =>
  judgeVerdicts({
    tick: T,
    tickers: ['A', 'B', 'C'],
    sessions: [friday, monday, tuesday],
    verdicts: [],
    rhythms: [liquid('A'), liquid('B'), liquid('C')],
    incomplete: [],
    isDead: false,
    ...over,
  })
const changes = (over: Partial<JudgeInput>) =>
  judge(over).changes.map(({ change, ticker, date }) => [change, ticker, ...(date === undefined ? [] : [date])])

describe('a ticker that Schwab does not know', () => {
  const rhythms = [liquid('A'), liquid('B')]

  it('is set aside after three hours of refusals when it never had a candle', () => {
    const verdicts = [against('C', { firstAt: T - 3 * HOUR, lastAt: T, count: 4 })]
    expect(changes({ rhythms, verdicts })).toEqual([['decide', 'C']])
    expect(judge({ rhythms, verdicts }).setAside).toEqual(['C'])
    expect(changes({ rhythms, verdicts: [against('C', { firstAt: T - 3 * HOUR + MINUTE, lastAt: T, count: 4 })] })).toEqual([])
    expect(changes({ rhythms, verdicts: [against('C', { firstAt: T - 3 * HOUR, lastAt: T, count: 3 })] })).toEqual([])
  })

  it('is set aside only after a day when it had candles: a burst says nothing', () => {
    const refused = against('C', { kind: 'refused_data', firstAt: T - DAY + MINUTE, lastAt: T })
    expect(changes({ rhythms, verdicts: [refused] })).toEqual([])
    expect(changes({ verdicts: [against('C', { firstAt: T - DAY + MINUTE, lastAt: T })] })).toEqual([])
    expect(changes({ verdicts: [against('C', { firstAt: T - DAY, lastAt: T })] })).toEqual([['decide', 'C']])
  })

  it('is one of an outage of Schwab when most are unknown at once: that is evidence against nobody, and all are asked at once', () => {
    const verdicts = ['A', 'B'].map((ticker) => against(ticker, { firstAt: T - DAY, lastAt: T }))
    expect(changes({ verdicts })).toEqual([
      ['restart', 'A'],
      ['restart', 'B'],
    ])
    expect(judge({ verdicts }).waits).toEqual(new Set())
    expect(judge({ verdicts: verdicts.slice(0, 1) }).waits).toEqual(new Set(['A']))
  })

  it('is not one of an outage when those that were refused with it never had a candle: they are written wrong', () => {
    const verdicts = ['B', 'C'].map((ticker) => against(ticker, { firstAt: T - 3 * HOUR, lastAt: T }))
    expect(changes({ rhythms: [liquid('A')], verdicts })).toEqual([
      ['decide', 'B'],
      ['decide', 'C'],
    ])
  })

  it('is asked again ever more seldom: a refusal that passes costs an eighth of its time more', () => {
    const waits = (lasted: number) => (tickerDueAt({ firstAt: T, lastAt: T + lasted }) - T - lasted) / MINUTE
    expect([0, 8, 20, 80, 480, 10_000].map((minutes) => waits(minutes * MINUTE))).toEqual([1, 1, 3, 10, 60, 360])
    expect(judge({ verdicts: [against('C', { firstAt: T - 20 * MINUTE, lastAt: T - 2 * MINUTE })] }).waits).toEqual(new Set(['C']))
    expect(judge({ verdicts: [against('C', { firstAt: T - 20 * MINUTE, lastAt: T - 3 * MINUTE })] }).waits).toEqual(new Set())
  })

  it('is cleared by an answer after the last refusal, and people hear of it when they had heard of the verdict', () => {
    const answered = { answeredAt: T - HOUR + 1, decidedAt: T - HOUR }
    expect(changes({ verdicts: [against('C', answered)] })).toEqual([['drop', 'C']])
    expect(changes({ verdicts: [against('C', { ...answered, toldAt: T - HOUR })] })).toEqual([['end', 'C']])
    expect(judge({ verdicts: [against('C', { ...answered, toldAt: T - HOUR })] }).setAside).toEqual([])
    expect(changes({ verdicts: [against('C', { answeredAt: T - HOUR - 1 })] })).toEqual([])
  })

  it('is forgotten when nobody has asked for three days', () => {
    expect(changes({ verdicts: [against('C', { lastAt: T - 3 * DAY - 1, decidedAt: T - 4 * DAY, toldAt: T - 4 * DAY })] })).toEqual([
      ['drop', 'C'],
    ])
  })
})

describe('a session that Schwab refuses', () => {
  const refused = (ticker: string, over: Partial<Verdict> = {}) => against(ticker, { kind: 'refused_request', date: monday.date, ...over })

  it('is asked for by one ticker at a time where nobody has a candle of it, each time after twice as long', () => {
    const waits = (lasted: number) => (sessionDueAt({ firstAt: T, lastAt: T + lasted }) - T - lasted) / MINUTE
    expect([0, 1, 2, 4, 60, 10_000].map((minutes) => waits(minutes * MINUTE))).toEqual([1, 1, 2, 4, 60, 720])
    const verdicts = [
      refused('A', { count: 2, lastAt: T - 2 * HOUR, firstAt: T - 3 * HOUR }),
      refused('B', { count: 2, lastAt: T - 2 * HOUR, firstAt: T - 3 * HOUR }),
    ]
    expect(judge({ verdicts }).waits).toEqual(new Set([`A ${monday.date}`, `C ${monday.date}`]))
    const early = verdicts.map((verdict) => ({ ...verdict, lastAt: T - MINUTE }))
    expect(judge({ verdicts: early }).waits).toEqual(new Set(['A', 'B', 'C'].map((ticker) => `${ticker} ${monday.date}`)))
  })

  // Schwab says 404 of it, whatever it is asked for: no refusal of the day was ever noted again, and the day stayed open for ever.
  it('is not asked for by the turn of a ticker that Schwab does not know', () => {
    const verdicts = [refused('A', { count: 2, lastAt: T - 2 * HOUR, firstAt: T - 3 * HOUR }), against('C', { lastAt: T - 2 * HOUR })]
    expect(judge({ verdicts }).waits).toEqual(new Set([`B ${monday.date}`, `C ${monday.date}`]))
  })

  it('is read as closed for all tickers after refusals on three dates, whoever asked', () => {
    const dates = ['2026-01-04', '2026-01-05', '2026-01-06']
    const on = (...askedOn: string[]) => ({ askedOn })
    expect(changes({ verdicts: [refused('A', on(...dates.slice(0, 2))), refused('B', on(...dates.slice(1)))] })).toEqual(
      ['A', 'B', 'C'].map((ticker) => ['decide', ticker, monday.date]),
    )
    expect(changes({ verdicts: [refused('A', on(...dates.slice(0, 2)))] })).toEqual([])
  })

  it('is no closed day where another ticker has candles of it: then it is the ticker’s own matter', () => {
    const askedOn = ['2026-01-05', '2026-01-06', '2026-01-07']
    expect(changes({ verdicts: [refused('A', { traded: true, askedOn })] })).toEqual([['decide', 'A', monday.date]])
    expect(judge({ verdicts: [refused('A', { traded: true, lastAt: T })] }).waits).toEqual(new Set([`A ${monday.date}`]))
  })

  it('is forgotten when it is answered', () => {
    expect(changes({ verdicts: [refused('A', { answeredAt: T })] })).toEqual([['drop', 'A', monday.date]])
  })
})

describe('a silent ticker', () => {
  const watched = (over: Partial<Verdict> = {}) =>
    against('C', { kind: 'silence', firstAt: T - 90 * MINUTE, lastAt: T - 40 * MINUTE, count: 1, ...over })
  const quiet = (minutes: number, minutesPerBar = 1) => [
    liquid('A'),
    liquid('B'),
    { ticker: 'C', heardUntil: T - minutes * MINUTE, minutesPerBar },
  ]

  it('is watched from half of what is unusual for it, and called silent after all of it', () => {
    expect(changes({ rhythms: quiet(30) })).toEqual([])
    expect(changes({ rhythms: quiet(31) })).toEqual([['begin', 'C']])
    expect(changes({ rhythms: quiet(90), verdicts: [watched()] })).toEqual([['decide', 'C']])
    expect(changes({ rhythms: quiet(90), verdicts: [watched({ lastAt: T - 29 * MINUTE })] })).toEqual([])
  })

  it('may be quiet for longer where that is usual: twice twelve times the distance of its bars', () => {
    expect(changes({ rhythms: quiet(60, 5) })).toEqual([])
    expect(changes({ rhythms: quiet(61, 5) })).toEqual([['begin', 'C']])
  })

  it('is not silent at night, while the feed stands still, while the token is dead, or when most are', () => {
    expect(changes({ rhythms: quiet(90), tick: tuesday.opensAt - HOUR })).toEqual([])
    expect(changes({ rhythms: quiet(90).map((one) => ({ ...one, heardUntil: one.heardUntil - 6 * MINUTE })) })).toEqual([])
    expect(changes({ rhythms: quiet(90), isDead: true })).toEqual([])
    expect(changes({ rhythms: [liquid('A'), liquid('B', T - 90 * MINUTE), liquid('C', T - 90 * MINUTE)] })).toEqual([])
  })

  it('is called so although it never had a candle, once a session of it is complete', () => {
    const rhythms = [liquid('A'), liquid('B')]
    const incomplete = [friday, monday, tuesday].map(({ date }) => ({ ticker: 'C', date }))
    expect(changes({ rhythms, incomplete })).toEqual([])
    expect(changes({ rhythms, incomplete: incomplete.slice(1) })).toEqual([['begin', 'C']])
  })

  it('is heard with its next candle', () => {
    expect(changes({ rhythms: quiet(1), verdicts: [watched({ decidedAt: T - HOUR, toldAt: T - HOUR })] })).toEqual([['end', 'C']])
    expect(changes({ rhythms: quiet(1), verdicts: [watched()] })).toEqual([['drop', 'C']])
  })
})

describe('the pause that is usual for the feed', () => {
  const pause = (...perBar: (number | undefined)[]) =>
    usualFeedPause(
      perBar.map((minutesPerBar, index) => ({ ticker: `T${index}`, heardUntil: T, minutesPerBar })),
      tuesday.opensAt,
    ) / MINUTE

  it('is five minutes as soon as one ticker trades in nearly every minute', () => {
    expect(pause(4, 1.05)).toBe(5)
  })

  it('is that of the ticker that trades most, and at least half an hour, where all are thin', () => {
    expect([pause(1.1), pause(4, 10), pause(390)]).toEqual([30, 48, 390])
  })

  it('is that of the others once the ticker that trades most was delisted, and its own at the open', () => {
    const liquid = { ticker: 'QQQ', heardUntil: T - 6 * MINUTE, minutesPerBar: 1 }
    const thin = { ticker: 'SPY', heardUntil: T, minutesPerBar: 2 }
    expect(usualFeedPause([liquid, thin], tuesday.opensAt) / MINUTE).toBe(30)
    expect(usualFeedPause([{ ...liquid, heardUntil: T - 5 * MINUTE }, thin], tuesday.opensAt) / MINUTE).toBe(5)
    expect(usualFeedPause([{ ...liquid, heardUntil: monday.closesAt }, thin], T - MINUTE) / MINUTE).toBe(5)
  })

  it('is half an hour while nothing is known', () => {
    expect([pause(), pause(undefined)]).toEqual([30, 30])
  })
})
