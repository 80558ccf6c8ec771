import type { Store } from '../../../shared/adapters/supabase.ts'
import type { TickState } from '../../../shared/ports.ts'
import type { Kernel } from '../kernel.ts'

/** What the simulation calls of the database. */
export type Methods = readonly (keyof Store)[]
type Outcome = { readonly value: unknown } | { readonly error: unknown }
type Call = (...args: readonly unknown[]) => Promise<unknown>

/**
 * The SQL, with its model beside it: each call is made to both at the same moment, and has to come to the same. The use cases are given what
 * the SQL says, the oracle looks at the model.
 */
export const twinStore = (
  sql: Store,
  model: Store,
  methods: Methods,
  { standStill }: Pick<Kernel, 'standStill'>,
  differ: (text: string) => void,
): Store => {
  const twin = (method: keyof Store): Call => {
    const [real, modelled] = [sql[method] as Call, model[method] as Call]
    return async (...args) => {
      // The arguments may change once the call has returned.
      const asked = JSON.stringify(args)
      const expected = await outcome(modelled(...args))
      const found = await standStill(outcome(real(...args)))
      const [a, b] = isPlainlySame(found, expected) ? ['', ''] : [textOf(found), textOf(expected)]
      if (a !== b) differ(`${method}(${asked.slice(0, 400)}): SQL ${difference(a, b)}, the model ${difference(b, a)}`)
      if ('error' in found) throw found.error
      return found.value
    }
  }
  return { ...sql, ...Object.fromEntries(methods.map((method) => [method, twin(method)])) }
}

const outcome = async (call: Promise<unknown>): Promise<Outcome> => {
  try {
    return { value: await call }
  } catch (error) {
    return { error }
  }
}

/** The keys are in the same order most of the time. */
const isPlainlySame = (found: Outcome, expected: Outcome): boolean =>
  'value' in found && 'value' in expected && JSON.stringify(found.value) === JSON.stringify(expected.value)

const textOf = (found: Outcome): string => {
  if ('error' in found) return `error ${(found.error as { readonly code?: string }).code ?? String(found.error)}`
  return canonical(isTick(found.value) ? inOrder(found.value) : found.value)
}

const isTick = (value: unknown): value is TickState => typeof value === 'object' && value !== null && 'incomplete' in value

/** The sessions of a tick come in any order. */
const inOrder = (state: TickState): TickState => ({
  ...state,
  incomplete: state.incomplete.toSorted(byKey),
  unsettled: state.unsettled.toSorted(byKey),
})
const byKey = (a: { readonly ticker: string; readonly date: string }, b: typeof a): number =>
  `${a.ticker} ${a.date}` < `${b.ticker} ${b.date}` ? -1 : 1

/** The same text for the same value: keys in order, and none for what is undefined. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  ) ?? 'nothing'

/** From shortly before the first place where two texts differ. */
export const difference = (text: string, other: string): string => {
  const place = [...text].findIndex((char, index) => char !== other[index])
  return `…${text.slice(Math.max(0, place - 120), place + 120)}…`
}
