import { TokenUnreadable } from '../../shared/domain/errors.ts'
import type { SecretVersions } from '../../shared/ports.ts'

export type MemorySecret = SecretVersions & {
  /** Stores a value as a person would by hand: it is current at once. @returns its version */
  putCurrent(value: string): string
}

/** A secret that lives in memory and keeps to the contract of its port. */
export const memorySecret = (initial?: string): MemorySecret => {
  const values = new Map<string, string>()
  let current: string | undefined
  let pending: string | undefined
  const add = (value: string): string => {
    const versionId = `version-${values.size + 1}`
    values.set(versionId, value)
    return versionId
  }
  const read = (versionId: string | undefined) => {
    const value = versionId === undefined ? undefined : values.get(versionId)
    return versionId === undefined || value === undefined ? undefined : { versionId, value }
  }
  const putCurrent = (value: string): string => (current = add(value))
  if (initial !== undefined) putCurrent(initial)
  return {
    putCurrent,
    current: async () => {
      const found = read(current)
      if (found === undefined) throw new TokenUnreadable('the secret has no value')
      return found
    },
    pending: async () => read(pending),
    putPending: async (value) => (pending = add(value)),
    promote: async (newVersionId, oldVersionId) => {
      if (!values.has(newVersionId)) throw new TokenUnreadable('the secret has no such version')
      if (current !== newVersionId && current !== oldVersionId) return 'moved'
      current = newVersionId
      if (pending === newVersionId) pending = undefined
      return 'promoted'
    },
  }
}
