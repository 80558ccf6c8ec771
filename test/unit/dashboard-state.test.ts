import { describe, expect, it } from 'vitest'
import type { Bar, ChartSession, ValueName } from '../../dashboard/data/chart-rows.ts'
import type { Changes, Database } from '../../dashboard/data/database.ts'
import type { MinuteLine } from '../../dashboard/data/minute-rows.ts'
import { mergeChanges } from '../../dashboard/state/merge-changes.ts'
import { pageClock } from '../../dashboard/state/page-clock.ts'
import { pageStore } from '../../dashboard/state/page-state.ts'
import { readers } from '../../dashboard/state/readers.ts'
import { readSelection, selectionHash } from '../../dashboard/state/selection.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { monday, tuesday } from '../contract/store-setup.ts'

const VALUES = {} as Record<ValueName, undefined>
const bar = (time: number, close = 100): Bar => ({ ...VALUES, time, open: 100, high: 101, low: 99, close, volume: 1 })
const session = (over: Partial<ChartSession> = {}): ChartSession => ({
  ...monday,
  ticker: 'QQQ',
  coveredUntil: monday.opensAt + 2 * MINUTE,
  candles: 2,
  isComplete: false,
  isRead: false,
  unreadable: [],
  split: undefined,
  previousClose: undefined,
  bars: [bar(monday.opensAt), bar(monday.opensAt + MINUTE)],
  updatedAt: 1,
  revision: 1,
  ...over,
})
const changes = (over: Partial<Changes> = {}): Changes => {
  const { updatedAt, revision, coveredUntil, candles, isComplete, isRead, unreadable } = session()
  return { bars: [], updatedAt, revision, head: { coveredUntil, candles, isComplete, isRead, unreadable }, ...over }
}

describe('what a person has chosen', () => {
  it('is in the address and comes back out of it', () => {
    const chosen = { ticker: 'BRK/B', date: '2026-01-05', count: 5, panes: ['rsi'] }
    expect(readSelection(selectionHash(chosen))).toEqual(chosen)
    expect(selectionHash({ ticker: 'QQQ', date: undefined, count: 1, panes: [] })).toBe('#ticker=QQQ')
  })

  it.each(['', '#', '#date=tomorrow&sessions=7&panes=volume', '#date=2026-13-01&sessions=-1'])('is nothing in %j', (hash) => {
    expect(readSelection(hash)).toEqual({ ticker: undefined, date: undefined, count: 1, panes: [] })
  })
})

describe('the clock of the page', () => {
  it('is the real one until a stack says another time, and then runs on at its speed', () => {
    let real = 0
    const clock = pageClock(
      () => 5,
      () => real,
    )
    expect(clock.now()).toBe(5)
    clock.set(1_000_000, 60)
    real = 1000
    expect(clock.now()).toBe(1_060_000)
  })

  it('is corrected by a line that was just written, where the viewer’s own is wrong by minutes', () => {
    let real = 10 * MINUTE
    const clock = pageClock(
      () => real,
      () => 0,
    )
    clock.correct(9 * MINUTE)
    expect(clock.now()).toBe(10 * MINUTE)
    clock.correct(3 * MINUTE)
    expect(clock.now()).toBe(3 * MINUTE + 15_000)
    real += MINUTE
    expect(clock.now()).toBe(4 * MINUTE + 15_000)
    clock.correct(30 * MINUTE)
    expect(clock.now()).toBe(30 * MINUTE + 15_000)
  })

  it('waits instead of going back a little, and follows a stack that was set back', () => {
    let real = 0
    const clock = pageClock(
      () => 5,
      () => real,
    )
    clock.set(100 * MINUTE, 60)
    real = 2000
    expect(clock.now()).toBe(102 * MINUTE)
    clock.set(101 * MINUTE, 'max')
    expect(clock.now()).toBe(102 * MINUTE)
    clock.set(10 * MINUTE, 1)
    expect(clock.now()).toBe(10 * MINUTE)
  })
})

describe('a session with what has changed in it', () => {
  it('is the same object when nothing has', () => {
    const before = session()
    expect(mergeChanges(before, changes())).toBe(before)
  })

  it('has new bars at the end, restated ones in their place, and late ones between', () => {
    const gap = session({ bars: [bar(monday.opensAt), bar(monday.opensAt + 3 * MINUTE)] })
    const merged = mergeChanges(gap, changes({ bars: [bar(monday.opensAt + MINUTE), bar(monday.opensAt, 7)], revision: 9 }))
    expect(merged.bars.map(({ time, close }) => [(time - monday.opensAt) / MINUTE, close])).toEqual([
      [0, 7],
      [1, 100],
      [3, 100],
    ])
    expect(merged.revision).toBe(9)
  })

  it('is new when only its proof is', () => {
    expect(mergeChanges(session(), changes({ head: { ...changes().head, isComplete: true } })).isComplete).toBe(true)
  })
})

describe('the readers', () => {
  const nothing: Database = {
    sessions: async () => [],
    changes: async () => changes(),
    neighbour: async () => undefined,
    tickers: async () => [],
    sparklines: async () => [],
    coverageSums: async () => new Map(),
    coverageDays: async () => [],
    minutes: async () => [],
    statuses: async () => ({ schedule: undefined, token: undefined }),
    outages: async () => [],
    events: async () => [],
    held: async () => [],
  }
  const row = (ticker: string, date = monday.date) => ({
    ticker,
    date,
    coveredUntil: undefined,
    lastAt: undefined,
    lastClose: undefined,
    previousClose: undefined,
  })
  const schedule = { tickers: ['SPY', 'QQQ'], sessions: [monday, tuesday], nextOpensAt: undefined, cadenceMinutes: 1 }
  const open = (database: Partial<Database>, hash = '#ticker=QQQ') => {
    const store = pageStore(readSelection(hash), () => {})
    const told: number[] = []
    const options = {
      database: { ...nothing, ...database },
      store,
      now: () => 100 * MINUTE,
      onNewMinute: (minute: number) => void told.push(minute),
    }
    return { store, told, read: readers(options) }
  }

  it('show the tickers in the order of pipeline.yml, and choose the first', async () => {
    const { store, read } = open(
      { tickers: async () => [row('ABC'), row('QQQ'), row('SPY')], statuses: async () => ({ schedule, token: undefined }) },
      '',
    )
    await read.status()
    expect(store.get().tickers?.map(({ ticker }) => ticker)).toEqual(['SPY', 'QQQ', 'ABC'])
    expect(store.get().selection.ticker).toBe('SPY')
  })

  it('leave the choice of a person as it is', async () => {
    const { store, read } = open({ tickers: async () => [row('QQQ'), row('SPY')] })
    const { selection } = store.get()
    await read.status()
    expect(store.get().selection).toBe(selection)
  })

  it('ask only for minutes that are new', async () => {
    const asked: number[] = []
    const line = (minute: number) => ({ minute }) as MinuteLine
    const { store, read, told } = open({ minutes: async (after) => (asked.push(after), after === 0 ? [line(1), line(2)] : [line(3)]) })
    await read.status()
    await read.status()
    expect(asked).toEqual([0, 2])
    // What was there before the page came says nothing of the time.
    expect(told).toEqual([3])
    expect(store.get().minutes?.map(({ minute }) => minute)).toEqual([1, 2, 3])
  })

  it('forget the minutes of a stack that lived later', async () => {
    const asked: number[] = []
    const { store, read } = open({ minutes: async (after) => (asked.push(after), []) })
    store.change({ minutes: [{ minute: 200 * MINUTE } as MinuteLine] })
    await read.status()
    expect([asked, store.get().minutes]).toEqual([[0], []])
  })

  it('read a session once and then its changes', async () => {
    let full = 0
    const { store, read } = open({
      sessions: async () => ((full += 1), [session()]),
      changes: async () => changes({ bars: [bar(monday.opensAt + 2 * MINUTE)], head: { ...changes().head, candles: 3 } }),
    })
    await read.chart()
    await read.chart()
    expect(full).toBe(1)
    expect(store.get().sessions?.[0]?.bars).toHaveLength(3)
  })

  it('read it again where fewer bars are there than were counted', async () => {
    let full = 0
    const { read } = open({
      sessions: async () => ((full += 1), [session()]),
      changes: async () => changes({ head: { ...changes().head, candles: 9 } }),
    })
    await read.chart()
    await read.chart()
    expect(full).toBe(2)
  })

  it('show a session that has begun while nothing of it is stored', async () => {
    const { store, read } = open({ sessions: async () => [session()] })
    store.change({ schedule })
    await read.chart()
    expect(store.get().sessions).toMatchObject([{ date: tuesday.date, bars: [], previousClose: 100 }])
  })

  it('follow to the next session when the ticker has one', async () => {
    const asked: (string | undefined)[] = []
    const { store, read } = open({ sessions: async (_, __, date) => (asked.push(date), [session()]) })
    store.change({ tickers: [row('QQQ')] })
    await read.chart()
    store.change({ tickers: [row('QQQ', tuesday.date)] })
    await read.chart()
    await read.chart()
    expect(asked).toEqual([undefined, undefined])
  })

  it('keep an answer when only a pane was opened meanwhile', async () => {
    const { store, read } = open({
      sessions: async () => {
        store.change({ selection: readSelection('#ticker=QQQ&panes=rsi') })
        return [session()]
      },
    })
    await read.chart()
    expect(store.get().sessions).toHaveLength(1)
  })

  it('drop an answer when something else was chosen meanwhile', async () => {
    const { store, read } = open({
      sessions: async () => {
        store.change({ selection: readSelection('#ticker=SPY') })
        return [session()]
      },
    })
    await read.chart()
    expect(store.get().sessions).toBeUndefined()
  })

  it('read a sparkline when it has a new point, and only for who is seen', async () => {
    const asked: (readonly string[])[] = []
    const { store, read } = open({ sparklines: async (tickers) => (asked.push(tickers), []) })
    const upTo = (minute: number) => [{ ...row('QQQ'), lastAt: tuesday.opensAt + minute * MINUTE }, row('SPY')]
    store.change({ schedule, tickers: upTo(1) })
    await read.sparklines(['QQQ', 'SPY'])
    store.change({ tickers: upTo(2) })
    await read.sparklines(['QQQ', 'SPY'])
    store.change({ tickers: upTo(5) })
    await read.sparklines(['QQQ'])
    expect(asked).toEqual([['QQQ', 'SPY'], ['QQQ']])
  })

  it('know that nothing is covered yet', async () => {
    const { store, read } = open({})
    store.change({ schedule })
    await read.coverage()
    expect(store.get().coverage).toEqual([])
  })

  it('read the days of the coverage that have changed', async () => {
    const days: (readonly string[])[] = []
    let sum = '1 0 1'
    const { store, read } = open({
      coverageSums: async () =>
        new Map([
          [monday.date, '1 1 390'],
          [tuesday.date, sum],
        ]),
      coverageDays: async (dates) => (days.push(dates), dates.map((date) => ({ date, cells: [] }))),
    })
    store.change({ schedule })
    await read.coverage()
    await read.coverage()
    sum = '1 0 2'
    await read.coverage()
    expect(days).toEqual([[monday.date, tuesday.date], [tuesday.date]])
    expect(store.get().coverage?.map(({ date }) => date)).toEqual([monday.date, tuesday.date])
  })
})
