import { parseArgs } from 'node:util'

export type BenchOptions = { readonly names: readonly string[]; readonly full: boolean; readonly markdown: boolean }

/** A mistake in the command line, to be shown as it is. */
export class BenchUsageError extends Error {
  override readonly name = 'BenchUsageError'
}

export const benchHelp = (known: readonly string[]): string => `Measures the pipeline side by side with what somebody would do instead.

npm run bench                     all of it, in less than 15 minutes on two cores
npm run bench -- tick writer      only these: ${known.join(', ')}

  --full       the soak test in full: a month with 100 tickers, one to two hours
  --markdown   prints the table in the form of docs/performance.md
  --help
`

/** @throws BenchUsageError saying what is wrong and what to write */
export const parseBenchOptions = (args: readonly string[], known: readonly string[]): BenchOptions | 'help' => {
  const { values, positionals } = parse(args)
  if (values.help === true) return 'help'
  for (const name of positionals) {
    if (!known.includes(name)) throw new BenchUsageError(`there is no benchmark ${name}: there are ${known.join(', ')}`)
  }
  const names = positionals.length === 0 ? known : known.filter((name) => positionals.includes(name))
  return { names, full: values.full ?? false, markdown: values.markdown ?? false }
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { full: { type: 'boolean' }, markdown: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
  } catch (error) {
    throw new BenchUsageError(`${error instanceof Error ? error.message : String(error)}\nnpm run bench -- --help lists the options`)
  }
}
