import { parseArgs } from 'node:util'
import type { Speed } from './clock/simulated-clock.ts'

export type StartOptions = {
  readonly data: string
  readonly candles: string | undefined
  readonly script: string | undefined
  /** Run the bundles that a deployment would upload, instead of the sources. */
  readonly packaged: boolean
  readonly once: boolean
  readonly speed: Speed
  readonly deliveries: number
  readonly seed: number
  readonly port: number
}

/** Where the state is kept unless `--data` says otherwise. */
export const DEFAULT_DATA = '.kite'

export const START_HELP = `Runs the whole pipeline on this machine, with a simulated Schwab and a simulated clock.

npm start                         the market of a seeded generator, a session in six and a half minutes
npm start -- --candles DIR --once --speed max --data TMP
                                  plays recorded candles, proves them complete, and ends

  --candles DIR    candles from files TICKER_YYYY-MM-DD_1min.json instead of the generator (BRK.B for BRK/B);
                   the files give the tickers and the days the market is open
  --script FILE    plays what goes wrong, and what people do about it, at its moments: docs/simulator.md
  --once           end two days after the last close and the last entry of the script, with one line of JSON; needs --candles.
                   Exit code 0 only when nothing is missing, every session is complete and no outage is left
  --packaged       packages first, and runs what a deployment would upload instead of the sources
  --speed N|max    simulated seconds in a second (default 60), fewer while there is much to do;
                   max: as fast as the work is done
  --data DIR       where the state is kept (default .kite); a run goes on from there
  --deliveries N   deliver every message N times, shuffled (default 1)
  --seed N         of the generator and of the shuffling (default 1)
  --port N         of the dashboard (default 4700); the endpoints take the ports after it.
                   A port in use is replaced by a free one
  --help
`

/** A mistake in the command line, to be shown as it is. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @throws UsageError saying what is wrong and what to write */
export const parseStartOptions = (args: readonly string[]): StartOptions | 'help' => {
  const values = parse(args)
  if (values.help === true) return 'help'
  if (values.once === true && values.candles === undefined)
    throw new UsageError('--once needs --candles DIR: the generated market never ends')
  return {
    data: values.data ?? DEFAULT_DATA,
    candles: values.candles,
    script: values.script,
    packaged: values.packaged ?? false,
    once: values.once ?? false,
    speed: values.speed === undefined ? 60 : values.speed === 'max' ? 'max' : number('--speed', values.speed, 0.1, 100_000),
    deliveries: integer('--deliveries', values.deliveries ?? '1', 1, 10),
    seed: integer('--seed', values.seed ?? '1', 0, 2 ** 31),
    port: integer('--port', values.port ?? '4700', 1, 65_000),
  }
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        candles: { type: 'string' },
        script: { type: 'string' },
        packaged: { type: 'boolean' },
        once: { type: 'boolean' },
        speed: { type: 'string' },
        deliveries: { type: 'string' },
        seed: { type: 'string' },
        port: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\nnpm start -- --help lists the options`)
  }
}

const number = (name: string, text: string, min: number, max: number): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max)
    throw new UsageError(`${name} ${text}: write a number from ${min} to ${max}${name === '--speed' ? ', or max' : ''}`)
  return value
}

const integer = (name: string, text: string, min: number, max: number): number => {
  const value = number(name, text, min, max)
  if (!Number.isInteger(value)) throw new UsageError(`${name} ${text}: write a whole number`)
  return value
}
