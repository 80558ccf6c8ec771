import { describe, expect, it } from 'vitest'
import { layer } from '../../dashboard/chart/layer.ts'
import { changesOf, type Slot } from '../../dashboard/chart/slots.ts'
import type { Bar } from '../../dashboard/data/chart-rows.ts'

type Point = Parameters<Parameters<typeof layer>[0]['update']>[0] & { readonly value: number }

const slotsWith = (closes: readonly (number | undefined)[]): readonly Slot[] =>
  closes.map((close, index) => ({
    time: index * 60_000,
    bar: close === undefined ? undefined : ({ time: index * 60_000, close } as Bar),
    isOpening: index === 0,
  }))

/** What is asked of the series after the first reading, as the closes change from one to the next. */
const askedFor = (...readings: readonly (readonly (number | undefined)[])[]): readonly string[] => {
  const asked: string[] = []
  const drawn = layer<Point>(
    {
      setData: (points) => asked.push(`draw ${points.map(({ value }) => value).join(' ')}`),
      update: ({ value }, isHistorical) => asked.push(`${isHistorical === true ? 'replace' : 'put last'} ${value}`),
    },
    ({ time, bar }) => (bar === undefined ? undefined : ({ time: time / 1000, value: bar.close } as Point)),
  )
  const [first = [], ...later] = readings.map(slotsWith)
  drawn.draw(first)
  asked.length = 0
  let before = first
  for (const after of later) {
    for (const change of changesOf(before, after)) drawn.change(change, after)
    before = after
  }
  return asked
}

describe('a layer of the chart', () => {
  it('asks for nothing when equal bars are read again', () => {
    expect(askedFor([1, 2, undefined], [1, 2, undefined])).toEqual([])
  })

  it('puts a new bar, and each of several, behind the last, over a gap too', () => {
    expect(askedFor([1, undefined, undefined, undefined], [1, 2, undefined, 4])).toEqual(['put last 2', 'put last 4'])
  })

  it('replaces a bar that was corrected, the last one as the last', () => {
    expect(askedFor([1, 2, 3], [1, 5, 6])).toEqual(['replace 5', 'put last 6'])
  })

  it('knows which bar is the last after one was put behind it', () => {
    expect(askedFor([1, undefined], [1, 2], [3, 2])).toEqual(['put last 2', 'replace 3'])
  })

  it('draws all again where a gap is filled: an update would overwrite the bar behind it', () => {
    expect(askedFor([1, undefined, 3], [1, 2, 3])).toEqual(['draw 1 2 3'])
  })

  it('draws all again where a bar is taken away', () => {
    expect(askedFor([1, 2, 3], [1, undefined, 3])).toEqual(['draw 1 3'])
  })
})
