import type { Script, ScriptEntry } from './parse-script.ts'

/** Where a run stands in its script. */
export type ScriptTimetable = {
  /** When the next entry is due, epoch milliseconds; undefined after the last. */
  readonly nextDueAt: () => number | undefined
  /**
   * The next entry if it is due, which then counts as taken. Keep `taken` before it is played: an entry that kills the stack
   * would else be played at each start.
   */
  readonly take: (now: number) => ScriptEntry | undefined
  readonly taken: () => number
  /** When the last entry of all is due; undefined for an empty script. */
  readonly lastAt: () => number | undefined
}

/** @param taken how many entries an earlier part of the run has taken */
export const scriptTimetable = ({ entries }: Pick<Script, 'entries'>, taken: number): ScriptTimetable => {
  let next = taken
  return {
    nextDueAt: () => entries[next]?.at,
    take: (now) => {
      const entry = entries[next]
      if (entry === undefined || entry.at > now) return undefined
      next++
      return entry
    },
    taken: () => next,
    lastAt: () => entries.at(-1)?.at,
  }
}
