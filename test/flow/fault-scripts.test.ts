import { describe, expect, it } from 'vitest'
import { EXPECTED, playScript, scriptNames } from '../fault-scripts.ts'

describe('a script of faults', () => {
  // All of them with recorded candles: npm run test:faults.
  it.each(['dies-mid-session', 'refreshes-but-no-data', 'redriver-crashes-after-send'])(
    'leaves no trace in the candles: %s',
    { timeout: 200_000 },
    async (name) => {
      expect((await playScript(name, undefined)).mistake).toBeUndefined()
    },
  )

  it('has an expectation, whichever it is', () => {
    expect(scriptNames().toSorted()).toEqual(Object.keys(EXPECTED).toSorted())
  })
})
