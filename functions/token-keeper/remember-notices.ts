import type { Notices } from '../../shared/ports.ts'

/** Notices that asks no more about what it knows to be published. */
export const rememberNotices = (notices: Notices): Notices => {
  const published = new Set<string>()
  return {
    claimNotice: async (key, now, until) => {
      if (published.has(key)) return 'published'
      const claim = await notices.claimNotice(key, now, until)
      if (claim === 'published') published.add(key)
      return claim
    },
    markPublished: async (key, now) => {
      if (published.has(key)) return
      await notices.markPublished(key, now)
      published.add(key)
    },
  }
}
