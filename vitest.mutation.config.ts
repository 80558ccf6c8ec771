import { defineConfig } from 'vitest/config'

/** What judges a mutant of the domain: the tests of the domain itself, and of the use cases that lean on it most. They need no server and no file. */
const JUDGES =
  'calendar new-york plan-jobs fold-jobs missing-minutes validate-candles messages metrics indicators indicators-series indicators-published ' +
  'token token-account next-token pipeline-config doubtful-sessions redrive-parked announce log sqs-handler run-tick'

export default defineConfig({ test: { include: JUDGES.split(' ').map((name) => `test/unit/${name}.test.ts`), testTimeout: 10_000 } })
