import * as z from 'zod'
import { chanceOf, type Random } from '../schwab/seeded-random.ts'

/** When a fault plays: until a time of the clock (epoch milliseconds), so many times, in that share of the cases (0 to 1). */
export const When = {
  until: z.number().optional(),
  times: z.int().positive().optional(),
  rate: z.number().min(0).max(1).optional(),
}

export type AnyFault = {
  readonly fault: string
  readonly until?: number | undefined
  readonly times?: number | undefined
  readonly rate?: number | undefined
  /** A fault of one symbol stands beside those of others. */
  readonly symbol?: string | undefined
}
export type FaultNamed<Fault extends AnyFault, Name extends Fault['fault']> = Extract<Fault, { readonly fault: Name }>

/** A fault that is set: `salt` decides which bars it touches, `played` counts towards `times`. */
export type ActiveFault<Fault extends AnyFault> = { fault: Fault; salt: number; played: number }
export const activeFaultSchema = <Schema extends z.ZodType<AnyFault>>(fault: Schema) =>
  z.object({ fault, salt: z.number(), played: z.number() })

export type ActiveFaults<Fault extends AnyFault> = {
  /** Sets a fault; one of the same name, and of the same symbol, is replaced. */
  readonly set: (fault: Fault) => Fault
  readonly clear: (name: Fault['fault']) => void
  readonly clearAll: () => void
  readonly list: () => readonly ActiveFault<Fault>[]
  /** The fault if it is set, whether it falls on this case or not. Counts nothing. */
  readonly find: <Name extends Fault['fault']>(name: Name) => FaultNamed<Fault, Name> | undefined
  /** The fault if it plays in this case, which counts towards its `times`. */
  readonly play: <Name extends Fault['fault']>(
    name: Name,
    applies?: (fault: FaultNamed<Fault, Name>) => boolean,
  ) => FaultNamed<Fault, Name> | undefined
  /** The fault with its own choice of cases: `touches` says, always the same for one key, whether its `rate` falls on it. */
  readonly perBar: <Name extends Fault['fault']>(name: Name) => BarFault<FaultNamed<Fault, Name>> | undefined
}

export type BarFault<Fault> = {
  readonly fault: Fault
  readonly touches: (ticker: string, at: number) => boolean
  /** To be called once for an answer that was changed. */
  readonly count: () => void
}

export type ActiveFaultsOptions<Fault extends AnyFault> = {
  /** Those of an earlier run. */
  readonly saved: readonly ActiveFault<Fault>[]
  readonly clock: () => number
  readonly random: Random
  /** Called after every change, so that it can be kept. */
  readonly onChange: () => void
}

/** The faults that are set now. */
export const activeFaults = <Fault extends AnyFault>(options: ActiveFaultsOptions<Fault>): ActiveFaults<Fault> => {
  const { clock, random, onChange } = options
  const active = new Map<string, ActiveFault<Fault>>(options.saved.map((one) => [keyOf(one.fault), one]))

  const count = (one: ActiveFault<Fault>): void => {
    one.played++
    if (one.fault.times === undefined) return
    if (one.played >= one.fault.times) active.delete(keyOf(one.fault))
    onChange()
  }
  const living = (key: string): ActiveFault<Fault> | undefined => {
    const one = active.get(key)
    if (one?.fault.until === undefined || clock() < one.fault.until) return one
    active.delete(key)
    return undefined
  }
  const named = <Name extends Fault['fault']>(name: Name) => {
    const one = living(name)
    return one !== undefined && isFaultNamed(one.fault, name) ? { one, fault: one.fault } : undefined
  }

  return {
    set: (fault) => {
      active.set(keyOf(fault), { fault, salt: Math.floor(random() * 2 ** 32), played: 0 })
      onChange()
      return fault
    },
    clear: (name) => {
      const keys = [...active].filter(([, { fault }]) => fault.fault === name).map(([key]) => key)
      for (const key of keys) active.delete(key)
      if (keys.length > 0) onChange()
    },
    clearAll: () => {
      active.clear()
      onChange()
    },
    list: () => [...active.keys()].flatMap((key) => living(key) ?? []),
    find: (name) => named(name)?.fault,
    play: (name, applies = () => true) => {
      const found = named(name)
      if (found === undefined || !applies(found.fault)) return undefined
      const { one, fault } = found
      if (one.fault.rate !== undefined && random() >= one.fault.rate) return undefined
      count(one)
      return fault
    },
    perBar: (name) => {
      const found = named(name)
      if (found === undefined) return undefined
      const { one, fault } = found
      const rate = one.fault.rate ?? 1
      return { fault, touches: (ticker, at) => rate >= 1 || chanceOf(one.salt, ticker, at) < rate, count: () => count(one) }
    },
  }
}

const keyOf = ({ fault, symbol }: AnyFault): string => (symbol === undefined ? fault : `${fault} ${symbol}`)

const isFaultNamed = <Fault extends AnyFault, Name extends Fault['fault']>(fault: Fault, name: Name): fault is FaultNamed<Fault, Name> =>
  fault.fault === name
