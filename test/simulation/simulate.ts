import { startCoverage } from './coverage.ts'
import { HELP, readOptions } from './options.ts'

const run = async (): Promise<boolean> => {
  const options = readOptions(process.argv.slice(2))
  if (options.mode === 'help') return (console.log(HELP), true)
  // Before anything else is loaded: what runs while a module loads counts as well.
  const missed = options.mode === 'seeds' && options.coverage ? await startCoverage() : undefined
  const { answerOptions } = await import('./answer-options.ts')
  return answerOptions(options, missed)
}

try {
  process.exitCode = (await run()) ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
