import * as z from 'zod/mini'

/** The stack on this machine, as far as the page plays with it. */
export type StackState = {
  /** Simulated time, epoch milliseconds. */
  readonly now: number
  readonly speed: number | 'max'
  /** How fast the clock goes at the moment: slower while there is much to do. */
  readonly rate: number | 'max'
  /** What is played: `candles of …`. */
  readonly market: string
  /** Where a person logs in, while a mail asks for it. */
  readonly link: string | undefined
  readonly faults: readonly string[]
}

const State = z.pipe(
  z.object({
    now: z.string(),
    speed: z.union([z.number(), z.literal('max')]),
    rate: z.union([z.number(), z.literal('max')]),
    market: z.string(),
    link: z.nullable(z.string()),
    faults: z.array(z.looseObject({ fault: z.string() })),
  }),
  z.transform(({ now, link, faults, ...rest }): StackState => ({
    ...rest,
    now: Date.parse(now),
    link: link ?? undefined,
    faults: faults.map(({ fault }) => fault),
  })),
)
const Problem = z.object({ problem: z.string() })

/** An entry of a script without its moment: `{fault: 'late-bar', seconds: 20}`. */
export type Entry = Readonly<Record<string, string | number>>

/** Every call fails with an Error whose message is for the person. */
export type Stack = {
  readonly state: () => Promise<StackState>
  readonly play: (entry: Entry) => Promise<void>
  readonly clear: () => Promise<void>
  readonly setSpeed: (speed: number) => Promise<void>
}

const TIMEOUT = 5_000

export const stack = (fetch: typeof globalThis.fetch): Stack => {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`/_stack/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const answer: unknown = await response.json()
    if (!response.ok) throw new Error(Problem.safeParse(answer).data?.problem ?? `the stack answered ${response.status}`)
    return answer
  }
  return {
    state: async () => State.parse(await ask('GET', 'state')),
    play: async (entry) => void (await ask('POST', 'fault' in entry ? 'faults' : 'actions', entry)),
    clear: async () => void (await ask('DELETE', 'faults')),
    setSpeed: async (speed) => void (await ask('POST', 'speed', { speed })),
  }
}
