import { describe, expect, it } from 'vitest'
import { splitText } from '../../dashboard/chart/split-text.ts'

describe('a split in the chart', () => {
  it.each([
    [4, 'split 4:1'],
    [1.5, 'split 3:2'],
    [0.1, 'split 1:10'],
    [1 / 20, 'split 1:20'],
    [1.1379, 'split 1.138:1'],
  ])('of %d is written %s', (ratio, text) => {
    expect(splitText(ratio)).toBe(text)
  })
})
