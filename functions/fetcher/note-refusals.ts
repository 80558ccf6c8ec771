import type { Log } from '../../shared/domain/log-events.ts'
import type { Refusal } from '../../shared/domain/verdicts.ts'
import type { FetchDeps } from './fetch-deps.ts'

/** Notes that Schwab refused something. The scheduler decides what that means. Fails with StoreUnavailable. */
export type NoteRefusal = (refusal: Refusal) => Promise<void>

/** Each ticker, or session of one, is noted once in a batch, however many jobs it has in it: one moment is one piece of evidence. */
export const refusalNotes = ({ clock, verdicts }: FetchDeps, log: Log): NoteRefusal => {
  const done = new Map<string, Promise<void>>()
  return (refusal) => {
    const { kind, ticker, session } = refusal
    const key = `${kind} ${ticker} ${session?.date ?? ''}`
    const noted = done.get(key) ?? verdicts.noteRefusals([refusal], clock())
    if (!done.has(key)) log('data_refused', { kind, ticker, date: session?.date })
    done.set(key, noted)
    return noted
  }
}
