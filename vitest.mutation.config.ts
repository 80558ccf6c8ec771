import { defineConfig } from 'vitest/config'

/** What judges a mutant of the domain: tests that need neither a server nor a file. */
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    exclude: ['test/unit/{architecture,scaling-doc,workflows,events-documented,simulator-doc,cli*,candle-files,function-pool,http-api,on-loopback}*.test.ts'],
    testTimeout: 10_000,
  },
})
