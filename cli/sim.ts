import * as z from 'zod'
import { nearestWord } from '../shared/domain/nearest-word.ts'
import { readEndpoints } from '../local/endpoints.ts'
import { readPlay } from '../local/script/entry.ts'
import { ACTIONS, FAULTS } from '../local/script/known-plays.ts'
import { type Command, CommandFailed, UsageError } from './command.ts'

const list = (names: Iterable<string>): string => [...names].map((name) => `  ${name}\n`).join('')

const HELP = `Makes things go wrong in a running local stack, and does what a person would do.

kite sim list                           the faults that are set now
kite sim <fault> [--for 20m | --times N] [--rate R] [--<option> VALUE]...
kite sim <action> [--<option> VALUE]...
kite sim clear [<fault>]                ends one fault, or all

  --for T      ends by itself after 90s, 20m, 2h or 1d of simulated time
  --times N    ends by itself after it has played N times
  --rate R     plays in this share of the cases, 0.5 in every second
  --data DIR   the state of the stack (default .kite)

Without --for and --times a fault stays until it is cleared; expire-access and revoke-refresh act at once on all tokens.
docs/simulator.md tells the options of each.

Faults:
${list(FAULTS.keys())}
Actions:
${list(ACTIONS.keys())}`

export type SimDeps = {
  readonly fetch: typeof fetch
  /** The address of the status page of the stack on this directory; undefined when none has run there. */
  readonly statusUrl: (dataDir: string) => string | undefined
}

/** `kite sim`, over what it needs of the world. */
export const simCommand = ({ fetch, statusUrl }: SimDeps): Command => ({
  name: 'sim',
  group: 'play',
  summary: 'makes things go wrong in a local stack',
  help: HELP,
  run: async (args, { print }) => {
    const { name, words, options } = readArguments(args)
    const { data = '.kite', ...fields } = options
    const ask = (method: string, path: string, body?: object): Promise<unknown> => askStack({ fetch, statusUrl }, data, method, path, body)
    const [extra] = Object.keys(fields)
    if ((name === 'list' || name === 'clear') && extra !== undefined) throw new UsageError(`--${extra} does not go with ${name}`)
    if (name === 'list') {
      await print(stateText(State.parse(await ask('GET', 'state'))))
      return 0
    }
    if (name === 'clear') {
      const [fault] = words
      if (fault !== undefined && !FAULTS.has(fault)) throw new UsageError(unknown('fault', fault, [...FAULTS.keys()]))
      await print(stateText(State.parse(await ask('DELETE', fault === undefined ? 'faults' : `faults/${fault}`))))
      return 0
    }
    if (!FAULTS.has(name) && !ACTIONS.has(name))
      throw new UsageError(unknown('fault or action', name, [...FAULTS.keys(), ...ACTIONS.keys()]))
    const kind = ACTIONS.has(name) ? 'action' : 'fault'
    const entry = { [kind]: name, ...fields }
    const mistakes = mistakesOf(entry)
    if (mistakes !== '') throw new UsageError(mistakes)
    const answer = await ask('POST', `${kind}s`, entry)
    await print(kind === 'fault' ? stateText(State.parse(answer)) : resultText(name, answer))
    return 0
  },
})

/** `kite sim` */
export const sim: Command = simCommand({ fetch, statusUrl: (dataDir) => readEndpoints(dataDir)?.status.url })

const readArguments = (args: readonly string[]) => {
  const words: string[] = []
  const options: Record<string, string> = {}
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, key, inline] = /^--([a-z][a-z-]*)(?:=(.*))?$/.exec(arg) ?? []
    if (key === undefined) {
      words.push(arg)
      continue
    }
    const value = inline ?? rest.shift()
    if (value === undefined) throw new UsageError(`--${key} has no value`)
    if (options[key] !== undefined) throw new UsageError(`--${key} is given twice`)
    options[key] = value
  }
  const [name, ...more] = words
  if (name === undefined) throw new UsageError('say what: kite sim list, or the name of a fault or of an action')
  const extra = name === 'clear' ? more[1] : more[0]
  if (extra !== undefined) throw new UsageError(`${extra}: write options as --name value`)
  return { name, words: more, options }
}

const unknown = (kind: string, name: string, known: readonly string[]): string => {
  const meant = nearestWord(name, known)
  return `there is no ${kind} ${name}: ${meant === undefined ? `there are ${known.join(', ')}` : `write ${meant}`}`
}

const mistakesOf = (entry: Readonly<Record<string, string>>): string => {
  const read = readPlay(entry)
  return 'mistakes' in read ? read.mistakes.map(({ text }) => text).join('\n') : ''
}

const askStack = async ({ fetch, statusUrl }: SimDeps, data: string, method: string, path: string, body?: object): Promise<unknown> => {
  const url = statusUrl(data)
  if (url === undefined) throw new CommandFailed(`no stack runs on ${data}: start one with npm start`)
  let response
  try {
    response = await fetch(`${url}/_stack/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  } catch (cause) {
    throw new CommandFailed(`the stack on ${data} does not answer: start it with npm start`, { cause })
  }
  const answer: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw new CommandFailed(Problem.safeParse(answer).data?.problem ?? `the stack on ${data} answered ${response.status}`)
  return answer
}

const Problem = z.object({ problem: z.string() })
const State = z.looseObject({ now: z.string(), faults: z.array(z.looseObject({ fault: z.string() })) })
const Result = z.object({ result: z.unknown() })

const stateText = ({ now, faults }: z.infer<typeof State>): string => {
  if (faults.length === 0) return `${now} (simulated): no fault is set\n`
  const lines = faults.map(({ fault, ...options }) =>
    [
      `  ${fault}`,
      ...Object.entries(options).map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`),
    ].join('  '),
  )
  return `${now} (simulated): set are\n${lines.join('\n')}\n`
}

const resultText = (name: string, answer: unknown): string => {
  const { result } = Result.parse(answer)
  if (result === null || result === undefined) return `${name}: done\n`
  return `${name}: ${typeof result === 'string' ? result : JSON.stringify(result)}\n`
}
