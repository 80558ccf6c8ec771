import { roomAmong } from '../../shared/adapters/secret-room.ts'
import { AwsUnavailable, SecretFull, TokenUnreadable } from '../../shared/domain/errors.ts'
import { HOUR } from '../../shared/domain/time.ts'
import type { SecretRoom, SecretVersion, SecretVersions } from '../../shared/ports.ts'

type Label = 'current' | 'pending' | 'previous'

export type MemorySecret = SecretVersions & {
  /** Stores a value as a person would by hand: it is current at once. @returns its version */
  putCurrent(value: string): string
  /** The versions that have a label now. */
  look(): Readonly<Record<Label, SecretVersion | undefined>>
  /** The next so many calls of `putPending` fail as if AWS were down. */
  refusePuts(count: number): void
}

/** A secret that lives in memory and keeps to the contract of its port, its limit of a hundred versions a day among it. */
export const memorySecret = (initial?: string, clock: () => number = () => 0): MemorySecret => {
  const values = new Map<string, string>()
  const times: number[] = []
  const labels = new Map<Label, string>()
  const notes = new Map<string, string>()
  let refusals = 0
  const room = (now: number): SecretRoom => roomAmong(times.filter((at) => at > now - 24 * HOUR))
  const add = (value: string): string => {
    const versionId = `version-${values.size + 1}`
    values.set(versionId, value)
    times.push(clock())
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
      if (room(clock()).left === 0) throw new SecretFull('a hundred versions in a day')
      // The first version of all is current, whatever labels were asked for.
      if (values.size === 0) return putCurrent(value)
      const versionId = add(value)
      labels.set('pending', versionId)
      return versionId
    },
    room: async (now) => room(now),
    note: async (key, holder) => {
      notes.set(key, notes.get(key) ?? holder)
      return notes.get(key) === holder
    },
    isNoted: async (key) => notes.has(key),
    promote: async (newVersionId, oldVersionId) => {
      if (!values.has(newVersionId)) throw new TokenUnreadable('the secret has no such version')
      const current = labels.get('current')
      if (current !== newVersionId && current !== oldVersionId) return 'moved'
      makeCurrent(newVersionId)
      return 'promoted'
    },
  }
}
