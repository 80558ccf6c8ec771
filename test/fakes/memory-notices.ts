import type { Notices } from '../../shared/ports.ts'

export type MemoryNotices = Notices & {
  /** The keys that were published, in order. */
  readonly published: () => readonly string[]
}

/** What was published, and who is about to. `onPublished` hears of every key that is published for the first time. */
export const memoryNotices = (onPublished: (key: string, now: number) => void = () => {}): MemoryNotices => {
  const claims = new Map<string, number>()
  const published = new Set<string>()
  return {
    published: () => [...published],
    claimNotice: async (key, now, until) => {
      if (published.has(key)) return 'published'
      if ((claims.get(key) ?? 0) > now) return 'taken'
      claims.set(key, until)
      return 'claimed'
    },
    markPublished: async (key, now) => {
      if (published.has(key)) return
      published.add(key)
      onPublished(key, now)
    },
  }
}
