import { TokenBusy } from '../../shared/domain/errors.ts'
import type { Outage, OutageReason, TokenState } from '../../shared/domain/outage.ts'
import { HOUR } from '../../shared/domain/time.ts'
import type { LoginStates, ProvenToken, TokenBook, TokenHistoryEntry } from '../../shared/ports.ts'
import { memoryLeases, type MemoryLeases } from './memory-leases.ts'
import { memoryLoginStates } from './memory-login-states.ts'
import { memoryNotices, type MemoryNotices } from './memory-notices.ts'
import { recoveryOf } from './memory-recovery.ts'
import type { TickerRow } from './memory-ticker.ts'

export type MemoryTokenBook = TokenBook &
  MemoryNotices &
  MemoryLeases &
  LoginStates & {
    /** The candles and the coverage that a recovery is judged by; `memoryStore(book)` keeps its own here. */
    readonly tickers: Map<string, TickerRow>
    /** What `tokenState` answers, at once. */
    readonly look: () => TokenState
    /** All outages, oldest first. */
    readonly outages: () => readonly Outage[]
    /** The last word on the token that was proven last. */
    readonly proven: () => ProvenToken | undefined
    /** The last word of each component. */
    readonly statuses: ReadonlyMap<string, { readonly status: Readonly<Record<string, unknown>>; readonly now: number }>
  }

const KEPT = 90 * 24 * HOUR
const ANNOUNCEMENT = 'reauth-required:'

/**
 * The token's side of the database in memory, with the leases, notices and login states.
 * @param idOf names the outage of a dead version, as the database does; by default they are `outage-1`, `outage-2`, …
 */
export const memoryTokenBook = (idOf?: (deadVersion: string) => string): MemoryTokenBook => {
  const outages = new Map<string, Outage>()
  const tickers = new Map<string, TickerRow>()
  const statuses = new Map<string, { readonly status: Readonly<Record<string, unknown>>; readonly now: number }>()
  let history: readonly TokenHistoryEntry[] = []
  let deadVersion: string | undefined
  let proven: ProvenToken | undefined

  const openOutage = (): Outage | undefined => [...outages.values()].find(({ reauthorizedAt }) => reauthorizedAt === undefined)
  const change = (id: string, changes: (outage: Outage) => Partial<Outage>): Outage | undefined => {
    const outage = outages.get(id)
    if (outage === undefined) return undefined
    const changed = { ...outage, ...changes(outage) }
    outages.set(id, changed)
    return changed
  }
  const newId = (version: string): string => {
    if (idOf === undefined) return `outage-${outages.size + 1}`
    const before = [...outages.keys()].filter((id) => id === idOf(version) || id.startsWith(`${idOf(version)}-`)).length
    return before === 0 ? idOf(version) : `${idOf(version)}-${before + 1}`
  }
  const known = (id: string): Outage => {
    const outage = outages.get(id)
    if (outage === undefined) throw new Error(`no outage ${id}`)
    return outage
  }
  const look = (): TokenState => ({
    deadVersion,
    provenVersion: proven?.version,
    loggedInAt: proven?.loggedInAt,
    newsAt: history.findLast(({ what, outageId }) => what !== 'died' && (what !== 'refresh' || outageId !== undefined))?.at,
    outages: [...outages.values()].filter(({ restoredAt }) => restoredAt === undefined),
  })

  return {
    ...memoryLeases(),
    ...memoryLoginStates(),
    ...memoryNotices((key, now) => {
      if (key.startsWith(ANNOUNCEMENT)) change(key.slice(ANNOUNCEMENT.length), ({ announcedAt }) => ({ announcedAt: announcedAt ?? now }))
    }),
    tickers,
    statuses,
    look,
    outages: () => [...outages.values()],
    proven: () => proven,

    tokenState: async () => look(),
    markDead: async ({ version, reason, now, since = now, seen }) => {
      if (seen !== undefined && seen.provenVersion !== proven?.version) throw new TokenBusy('another version has been proven meanwhile')
      const open = openOutage()
      if (open !== undefined && version === deadVersion) return { outage: open, opened: false }
      const outage = { ...(open ?? newOutage(newId(version), reason, Math.min(since, now))), deadVersion: version }
      outages.set(outage.id, outage)
      deadVersion = version
      history = [...history, { at: now, what: 'died', version, outageId: outage.id }]
      return { outage, opened: open === undefined }
    },
    recordProven: async (token) => {
      const { version, how, now } = token
      if (version === deadVersion) return { ended: undefined, state: look() }
      const open = openOutage()
      const ended = open && change(open.id, () => ({ reauthorizedAt: now }))
      if (ended !== undefined || proven?.version !== version) history = [...history, { at: now, what: how, version, outageId: ended?.id }]
      history = history.filter(({ what, at }) => what === 'died' || at >= now - KEPT)
      proven = token
      return { ended, state: look() }
    },
    newestCandle: async () => {
      const ends = [...tickers.values()].flatMap(({ sessions }) => [...sessions.values()].map(({ coveredUntil }) => coveredUntil ?? 0))
      return Math.max(0, ...ends) || undefined
    },
    countParked: async (id, count) => void change(id, ({ parked }) => ({ parked: parked + count })),
    countRedriven: async (id, count) => void change(id, ({ redriven }) => ({ redriven: redriven + count })),
    outage: async (id) => outages.get(id),
    recovery: async ({ outageId, ...asked }) => recoveryOf(known(outageId), tickers, asked),
    markRestored: async (id, now) => {
      if (outages.get(id)?.reauthorizedAt !== undefined) change(id, ({ restoredAt }) => ({ restoredAt: restoredAt ?? now }))
    },
    tokenHistory: async (limit) => history.toReversed().slice(0, limit),
    putStatus: async (component, status, now) => {
      if ((statuses.get(component)?.now ?? 0) <= now) statuses.set(component, { status, now })
    },
  }
}

const newOutage = (id: string, reason: OutageReason, startedAt: number): Omit<Outage, 'deadVersion'> => ({
  id,
  reason,
  startedAt,
  announcedAt: undefined,
  reauthorizedAt: undefined,
  restoredAt: undefined,
  parked: 0,
  redriven: 0,
})
