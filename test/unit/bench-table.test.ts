import { describe, expect, it } from 'vitest'
import { figure } from '../../bench/measure/figure.ts'
import { mean, median, percentile } from '../../bench/measure/percentile.ts'
import { ratioOf, type Row, verdictOf } from '../../bench/measure/row.ts'
import { markdownTable, textTable } from '../../bench/measure/table.ts'
import { BenchUsageError, parseBenchOptions } from '../../bench/options.ts'

const row = (given: Partial<Row> = {}): Row => ({ benchmark: 'tick', what: 'a wait', unit: 'ms', better: 'less', ours: 100, ...given })

describe('percentile', () => {
  it('is the smallest value that so many per cent do not exceed', () => {
    const values = [50, 15, 40, 20, 35]
    expect([5, 30, 40, 50, 99, 100].map((percent) => percentile(values, percent))).toEqual([15, 20, 20, 35, 50, 50])
  })

  it('of one value is that value, of none not a number', () => {
    expect(percentile([7], 1)).toBe(7)
    expect([percentile([], 50), median([]), mean([])]).toEqual([NaN, NaN, NaN])
  })
})

describe('a row', () => {
  it('says how many times better ours is, whichever way is better', () => {
    expect(ratioOf(row({ other: 500 }))).toBe(5)
    expect(ratioOf(row({ other: 50, better: 'more' }))).toBe(2)
    expect(ratioOf(row({ other: 50 }))).toBe(0.5)
  })

  it('has no ratio to what is not known, or nothing', () => {
    for (const other of [undefined, 0]) expect(ratioOf(row({ other }))).toBeUndefined()
    expect(ratioOf(row({ ours: undefined, other: 5 }))).toBeUndefined()
  })

  it('says whether its goal is met, and else by how much not', () => {
    const atMost = (value: number) => ({ of: 'ours', is: 'at most', value }) as const
    expect(verdictOf(row({ goal: atMost(100) }))).toBe('met')
    expect(verdictOf(row({ goal: atMost(80) }))).toBe('not met: 1.25 times away')
    expect(verdictOf(row({ other: 4300, goal: { of: 'ratio', is: 'at least', value: 50 } }))).toBe('not met: 1.16 times away')
    expect(verdictOf(row({ other: 5000, goal: { of: 'ratio', is: 'at least', value: 50 } }))).toBe('met')
  })

  it('that was not measured has met nothing', () => {
    expect(verdictOf(row({ ours: undefined, goal: { of: 'ours', is: 'at most', value: 1 } }))).toBe('not measured')
    expect(verdictOf(row({ goal: { of: 'ratio', is: 'at least', value: 1 } }))).toBe('not measured')
  })

  it('that wants none has met its goal with none, and missed it with one', () => {
    const none = { of: 'ours', is: 'at most', value: 0 } as const
    expect([0, 3].map((ours) => verdictOf(row({ ours, goal: none })))).toEqual(['met', 'not met: 3 instead of 0'])
  })
})

describe('figure', () => {
  it('writes three digits that count, and a unit', () => {
    expect([figure(1234.5, 'ms'), figure(0.01234, 's'), figure(12, 'count'), figure(1.5e6, 'bytes'), figure(2.345, 'times')]).toEqual([
      '1,235 ms',
      '0.0123 s',
      '12',
      '1.5 MB',
      '2.35×',
    ])
  })

  it('writes a dash for what is not known', () => {
    expect([figure(undefined, 'ms'), figure(NaN, 'bytes')]).toEqual(['–', '–'])
  })
})

describe('the table', () => {
  const rows = [row({ other: 500, goal: { of: 'ours', is: 'at most', value: 200 } }), row({ what: 'alone' })]

  it('has a line for each row, below its head', () => {
    const lines = textTable(rows).split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(/^tick +a wait +100 ms +500 ms \(old design\) +5× +≤ 200 ms +met$/)
  })

  it('has the same cells as markdown', () => {
    const lines = markdownTable(rows).split('\n')
    expect(lines).toHaveLength(4)
    expect(new Set(lines.map((line) => line.split('|').length))).toEqual(new Set([9]))
    expect(lines[2]?.replaceAll(/ +/g, ' ')).toBe('| tick | a wait | 100 ms | 500 ms (old design) | 5× | ≤ 200 ms | met |')
  })
})

describe('the command line of the benchmarks', () => {
  const known = ['tick', 'writer', 'soak']

  it('runs all, or those that are named in the order of the table', () => {
    expect(parseBenchOptions([], known)).toEqual({ names: known, full: false, markdown: false })
    expect(parseBenchOptions(['soak', 'tick', '--full'], known)).toEqual({ names: ['tick', 'soak'], full: true, markdown: false })
    expect(parseBenchOptions(['--help'], known)).toBe('help')
  })

  it('says which benchmarks and options there are when it is given another', () => {
    expect(() => parseBenchOptions(['ticks'], known)).toThrow(
      new BenchUsageError('there is no benchmark ticks: there are tick, writer, soak'),
    )
    expect(() => parseBenchOptions(['--fast'], known)).toThrow(/--fast[^]*--help lists the options/)
  })
})
