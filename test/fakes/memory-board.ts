import type { MinuteLine, Schedule, StatusBoard } from '../../shared/ports.ts'

export type MemoryBoard = StatusBoard & {
  /** By the minute, epoch milliseconds. */
  readonly lines: ReadonlyMap<number, MinuteLine>
  readonly schedule: () => Schedule | undefined
}

export const memoryBoard = (): MemoryBoard => {
  const lines = new Map<number, MinuteLine>()
  let current: Schedule | undefined
  return {
    lines,
    schedule: () => current,
    recordMinute: async ({ minute, line, schedule }) => {
      if (!lines.has(minute)) lines.set(minute, line)
      current = schedule
    },
  }
}
