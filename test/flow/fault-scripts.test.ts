import { describe, expect, it } from 'vitest'
import { EXPECTED, playScript, scriptNames } from '../fault-scripts.ts'

describe('a script of faults', () => {
  // All of them with recorded candles: npm run test:faults. One runs the bundles that a deployment would upload.
  it.each([
    ['dies-mid-session', ['--packaged']],
    ['refreshes-but-no-data', []],
    ['redriver-crashes-after-send', []],
  ] as const)('leaves no trace in the candles: %s', { timeout: 200_000 }, async (name, more) => {
    expect((await playScript(name, undefined, more)).mistake).toBeUndefined()
  })

  it('has an expectation, whichever it is', () => {
    expect(scriptNames().toSorted()).toEqual(Object.keys(EXPECTED).toSorted())
  })
})
