import { describe, expect, it } from 'vitest'
import { EXPECTED, scriptNames } from '../fault-scripts.ts'

// They are played with recorded candles, and one of them with the bundles that a deployment would upload: npm run test:faults.
describe('every script of faults', () => {
  it('has an expectation', () => {
    expect(scriptNames().toSorted()).toEqual(Object.keys(EXPECTED).toSorted())
  })
})
