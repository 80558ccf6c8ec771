import type { Fault, FaultKind } from './faults.ts'

/** What of the list is in force. */
export type FaultBoard = {
  /** The fault of this kind that hits the target now. It counts as injected. */
  readonly active: (kind: FaultKind, target: string) => Fault | undefined
  /** When all is over. */
  readonly calmAt: number
  /** How many of each kind have hit something. */
  readonly injected: ReadonlyMap<FaultKind, number>
  readonly count: (fault: Fault) => void
  /** When such a fault first hit something. */
  readonly hitAt: (fault: Pick<Fault, 'kind' | 'at' | 'target'>) => number | undefined
}

export const faultBoard = (faults: readonly Fault[], now: () => number): FaultBoard => {
  const injected = new Map<FaultKind, number>()
  const hit = new Map<Fault, number>()
  const byKind = Map.groupBy(faults, ({ kind }) => kind)
  const count = (fault: Fault): void => {
    if (hit.has(fault)) return
    hit.set(fault, now())
    injected.set(fault.kind, (injected.get(fault.kind) ?? 0) + 1)
  }
  return {
    injected,
    count,
    hitAt: ({ kind, at, target }) => [...hit].find(([fault]) => fault.kind === kind && fault.at === at && fault.target === target)?.[1],
    calmAt: Math.max(0, ...faults.map(({ at, forMs }) => at + forMs)),
    active: (kind, target) => {
      const time = now()
      const found = byKind.get(kind)?.find((fault) => fault.target === target && fault.at <= time && time < fault.at + fault.forMs)
      if (found !== undefined) count(found)
      return found
    },
  }
}
