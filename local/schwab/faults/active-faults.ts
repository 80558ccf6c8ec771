import { chanceOf, type Random } from '../seeded-random.ts'
import { type ActiveFault, Fault, type FaultName, type FaultNamed, type FaultSetting, isFaultNamed } from './fault.ts'

export type ActiveFaults = {
  /** Sets a fault; one of the same name is replaced. */
  readonly set: (setting: FaultSetting) => Fault
  readonly clear: (name: FaultName) => void
  readonly clearAll: () => void
  readonly list: () => readonly ActiveFault[]
  /** The fault if it plays in this case, which counts towards its `times`. */
  readonly play: <Name extends FaultName>(name: Name, applies?: (fault: FaultNamed<Name>) => boolean) => FaultNamed<Name> | undefined
  /** The fault with its own choice of cases: `touches` says, always the same for one key, whether its `rate` falls on it. */
  readonly perBar: <Name extends FaultName>(name: Name) => BarFault<Name> | undefined
}

export type BarFault<Name extends FaultName> = {
  readonly fault: FaultNamed<Name>
  readonly touches: (ticker: string, at: number) => boolean
  /** To be called once for an answer that was changed. */
  readonly count: () => void
}

/** The faults that are set now. @param saved those of an earlier run */
export const activeFaults = (saved: readonly ActiveFault[], clock: () => number, random: Random, onChange: () => void): ActiveFaults => {
  const active = new Map<FaultName, ActiveFault>(saved.map((one) => [one.fault.fault, one]))

  const count = (one: ActiveFault): void => {
    one.played++
    if (one.fault.times === undefined || one.played < one.fault.times) return
    active.delete(one.fault.fault)
    onChange()
  }
  const find = <Name extends FaultName>(name: Name): { readonly one: ActiveFault; readonly fault: FaultNamed<Name> } | undefined => {
    const one = active.get(name)
    if (one === undefined || !isFaultNamed(one.fault, name)) return undefined
    if (one.fault.until === undefined || clock() < one.fault.until) return { one, fault: one.fault }
    active.delete(name)
    return undefined
  }

  return {
    set: (setting) => {
      const fault = Fault.parse(setting)
      active.set(fault.fault, { fault, salt: Math.floor(random() * 2 ** 32), played: 0 })
      onChange()
      return fault
    },
    clear: (name) => {
      if (active.delete(name)) onChange()
    },
    clearAll: () => {
      active.clear()
      onChange()
    },
    list: () => [...active.keys()].flatMap((name) => find(name)?.one ?? []),
    play: (name, applies = () => true) => {
      const found = find(name)
      if (found === undefined || !applies(found.fault)) return undefined
      if (found.fault.rate !== undefined && random() >= found.fault.rate) return undefined
      count(found.one)
      return found.fault
    },
    perBar: (name) => {
      const found = find(name)
      if (found === undefined) return undefined
      const { one, fault } = found
      const rate = fault.rate ?? 1
      return { fault, touches: (ticker, at) => rate >= 1 || chanceOf(one.salt, ticker, at) < rate, count: () => count(one) }
    },
  }
}
