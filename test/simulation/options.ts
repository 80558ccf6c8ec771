import { parseArgs } from 'node:util'

export type Options =
  | { readonly mode: 'help' }
  | { readonly mode: 'seed'; readonly seed: number; readonly trace: boolean; readonly sql: boolean }
  | { readonly mode: 'seeds'; readonly from: number; readonly count: number; readonly coverage: boolean; readonly sql: boolean }
  | { readonly mode: 'bugs'; readonly only: string | undefined; readonly most: number }

export const HELP = `npm run simulate -- [options]

Plays weeks in which everything goes wrong, with the real use cases over memory adapters and virtual time, and checks the invariants.

  --seed S             play seed S: its faults, and what it broke; with --trace everything that happened
  --seeds N [--from S] play N seeds from S on (default: 1,000 from 1)
  --sql                the functions call the SQL, on PostgreSQL where it is installed, else on PGlite; each call is compared with its model
  --coverage           after --seeds: which code of functions/, shared/token, shared/domain and shared/lambda was never reached
  --bugs [NAME]        play deliberate bugs, or the one of that name, and say how many seeds each took (at most --seeds, default 2,000)
  --help               this text

It ends with 1 if a rule was broken or a bug was not found, with 2 if it was called wrongly.`

/** @throws Error that says what is wrong with the arguments */
export const readOptions = (args: readonly string[]): Options => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      from: { type: 'string' },
      trace: { type: 'boolean', default: false },
      coverage: { type: 'boolean', default: false },
      sql: { type: 'boolean', default: false },
      bugs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { help, bugs, seed, seeds, from, trace, coverage, sql } = values
  if (help) return { mode: 'help' }
  const [only, ...rest] = positionals
  if (rest.length > 0 || (only !== undefined && !bugs))
    throw new Error(`${positionals.at(-1)} is not an option: write --help for all of them`)
  if (seed !== undefined && (seeds ?? from) !== undefined) throw new Error('write --seed for one, or --seeds and --from for many')
  if (seed !== undefined) return { mode: 'seed', seed: wholeNumber('--seed', seed, 0), trace, sql }
  const count = wholeNumber('--seeds', seeds ?? (bugs ? '2000' : '1000'), 1)
  if (bugs && sql) throw new Error('the deliberate bugs are made in the model: leave out --sql')
  if (bugs) return { mode: 'bugs', only, most: count }
  return { mode: 'seeds', from: wholeNumber('--from', from ?? '1', 0), count, coverage, sql }
}

const wholeNumber = (name: string, text: string, least: number): number => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= 1e9) return value
  throw new Error(`${name} ${text}: write a whole number from ${least} on`)
}
