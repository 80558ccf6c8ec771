import { describe, expect, it } from 'vitest'
import { EXPECTED, playScript, scriptNames } from '../fault-scripts.ts'

describe('a script of faults', () => {
  // All of them with recorded candles, and this one with the bundles that a deployment would upload: npm run test:faults.
  it('leaves no trace in the candles', async () => {
    expect((await playScript('dies-mid-session', undefined)).mistake).toBeUndefined()
  })

  it('has an expectation, whichever it is', () => {
    expect(scriptNames().toSorted()).toEqual(Object.keys(EXPECTED).toSorted())
  })
})
