import { AwsUnavailable, TokenUnreadable } from '../../shared/domain/errors.ts'
import type { SecretVersion, SecretVersions } from '../../shared/ports.ts'

type Label = 'current' | 'pending' | 'previous'

export type MemorySecret = SecretVersions & {
  /** Stores a value as a person would by hand: it is current at once. @returns its version */
  putCurrent(value: string): string
  /** The versions that have a label now. */
  look(): Readonly<Record<Label, SecretVersion | undefined>>
  /** The next so many calls of `putPending` fail as if AWS were down. */
  refusePuts(count: number): void
}

/** A secret that lives in memory and keeps to the contract of its port. */
export const memorySecret = (initial?: string): MemorySecret => {
  const values = new Map<string, string>()
  const labels = new Map<Label, string>()
  let refusals = 0
  const add = (value: string): string => {
    const versionId = `version-${values.size + 1}`
    values.set(versionId, value)
    return versionId
  }
  const read = (label: Label): SecretVersion | undefined => {
    const versionId = labels.get(label)
    const value = versionId === undefined ? undefined : values.get(versionId)
    return versionId === undefined || value === undefined ? undefined : { versionId, value }
  }
  const makeCurrent = (versionId: string): void => {
    const before = labels.get('current')
    if (before !== undefined && before !== versionId) labels.set('previous', before)
    labels.set('current', versionId)
    if (labels.get('pending') === versionId) labels.delete('pending')
  }
  const putCurrent = (value: string): string => {
    const versionId = add(value)
    makeCurrent(versionId)
    return versionId
  }
  if (initial !== undefined) putCurrent(initial)
  return {
    putCurrent,
    look: () => ({ current: read('current'), pending: read('pending'), previous: read('previous') }),
    refusePuts: (count) => {
      refusals = count
    },
    current: async () => {
      const found = read('current')
      if (found === undefined) throw new TokenUnreadable('the secret has no value')
      return found
    },
    currentVersionId: async () => {
      const found = read('current')
      if (found === undefined) throw new TokenUnreadable('the secret has no value')
      return found.versionId
    },
    pending: async () => read('pending'),
    previous: async () => read('previous'),
    putPending: async (value) => {
      if (refusals-- > 0) throw new AwsUnavailable('the secret store is down')
      // The first version of all is current, whatever labels were asked for.
      if (values.size === 0) return putCurrent(value)
      const versionId = add(value)
      labels.set('pending', versionId)
      return versionId
    },
    promote: async (newVersionId, oldVersionId) => {
      if (!values.has(newVersionId)) throw new TokenUnreadable('the secret has no such version')
      const current = labels.get('current')
      if (current !== newVersionId && current !== oldVersionId) return 'moved'
      makeCurrent(newVersionId)
      return 'promoted'
    },
  }
}
