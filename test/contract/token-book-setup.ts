import type { ProvenToken } from '../../shared/ports.ts'
import { monday, type Store } from './store-setup.ts'

/** All tests of a suite may share one store: their versions, tickers, keys and holders are their own. */
export type OpenBook = () => Store

let names = 0
/** A name that no other test uses. */
export const newName = (kind: string): string => `${kind}-${(names += 1)}`
export const newVersion = (): string => newName('version')

/** A moment of a session, epoch milliseconds. */
export const noon = monday.opensAt + 150 * 60_000

export const proven = (version: string, now: number = noon, how: ProvenToken['how'] = 'refresh'): ProvenToken => ({
  version,
  how,
  now,
  loggedInAt: now - 1000,
  accessExpiresAt: now + 30 * 60_000,
  refreshExpiresAt: now + 7 * 24 * 3_600_000,
})

/** Ends and restores what tests before have left: a proven token, and no outage. @returns the proven version */
export const settle = async (store: Store): Promise<string> => {
  const version = newVersion()
  await store.recordProven(proven(version))
  for (const { id } of (await store.tokenState()).outages) await store.markRestored(id, noon)
  return version
}
