import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { PATIENCE_MS } from './local/patience.ts'

/** Those that play whole days, the longest first: begun last, one of them would keep everybody waiting. */
const LONG = [/flow\/replay/, /browser\//, /simulation\/weeks/, /flow\/start/, /store-supabase/]
const rank = ({ moduleId }: TestSpecification): number => {
  const place = LONG.findIndex((pattern) => pattern.test(moduleId))
  return place < 0 ? LONG.length : place
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

/** A test waits for several things; each of them is given up sooner, and says what it was. */
const TEST_PATIENCE_MS = 3 * PATIENCE_MS

/** What takes as long as a quarter of all the others: npm run test:dear. */
const DEAR = ['test/browser/other-sites.test.ts']

export default defineConfig({
  test: {
    testTimeout: TEST_PATIENCE_MS,
    hookTimeout: TEST_PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Nothing here leaves anything behind in its process, so that one process will do for many files.
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: ['test/unit/**', ...DEAR] } },
      // Once for each change, by .ci/run.
      { extends: true, test: { name: 'dear', include: DEAR } },
    ],
  },
})
