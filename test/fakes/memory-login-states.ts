import { HOUR } from '../../shared/domain/time.ts'
import type { LoginStates } from '../../shared/ports.ts'

type StateRow = { readonly browserHash: string; readonly subject: string; readonly expiresAt: number; used: boolean }

/** The states of logins that were begun, each good for one use. */
export const memoryLoginStates = (): LoginStates => {
  const states = new Map<string, StateRow>()
  return {
    putState: async ({ stateHash, browserHash, subject, now, expiresAt }) => {
      for (const [hash, old] of states) if (old.expiresAt < now - 24 * HOUR) states.delete(hash)
      states.set(stateHash, { browserHash, subject, expiresAt, used: false })
    },
    takeState: async ({ stateHash, browserHash, now }) => {
      const row = states.get(stateHash)
      if (row === undefined) return { outcome: 'unknown', subject: undefined }
      const { subject } = row
      if (row.browserHash !== browserHash) return { outcome: 'foreign', subject }
      if (row.used) return { outcome: 'used', subject }
      if (row.expiresAt <= now) return { outcome: 'expired', subject }
      row.used = true
      return { outcome: 'taken', subject }
    },
  }
}
