import type { Leases } from '../../shared/ports.ts'

export type MemoryLeases = Leases & {
  /** Who has the lease, though its time may have run out. */
  readonly holder: (name: string) => string | undefined
}

/** Leases by name. */
export const memoryLeases = (): MemoryLeases => {
  const leases = new Map<string, { readonly holder: string; readonly until: number }>()
  return {
    holder: (name) => leases.get(name)?.holder,
    takeLease: async (name, holder, now, until) => {
      const lease = leases.get(name)
      if (lease !== undefined && lease.holder !== holder && lease.until > now) return false
      leases.set(name, { holder, until })
      return true
    },
    releaseLease: async (name, holder) => {
      if (leases.get(name)?.holder === holder) leases.delete(name)
    },
  }
}
