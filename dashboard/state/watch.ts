import type { PageState, Reading, Store } from './page-state.ts'

export type Watch = {
  /** Reads at once, and then again in its time. */
  readonly soon: () => void
}

export type WatchOptions = {
  readonly reading: Reading
  /** Reads everything that may have changed. */
  readonly read: () => Promise<void>
  readonly store: Store
  readonly now: () => number
  /** Milliseconds until the next reading. */
  readonly every: () => number
  /** Whose fault it is when a reading fails. */
  readonly blame: (error: unknown) => { readonly who: 'database' | 'stack'; readonly what: string }
}

/** Reads again and again, one reading at a time, while somebody can see the page; and keeps what was read when that fails. */
export const watch = ({ reading, read, store, now, every, blame }: WatchOptions): Watch => {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isReading = false
  let isWanted = false

  const turn = async (): Promise<void> => {
    // When the page is seen again it is read at once.
    if (document.visibilityState !== 'visible') return
    if (isReading) return void (isWanted = true)
    clearTimeout(timer)
    isReading = true
    isWanted = false
    try {
      await read()
      const troubles = without(store.get().troubles, reading)
      // What is shown is as old as its oldest part.
      store.change({ troubles, ...(Object.keys(troubles).length === 0 && { readAt: now() }) })
    } catch (error) {
      const { troubles } = store.get()
      const [before, found] = [troubles[reading], blame(error)]
      if (before?.who !== found.who) store.change({ troubles: { ...troubles, [reading]: { ...found, since: before?.since ?? now() } } })
    }
    isReading = false
    if (isWanted) return turn()
    timer = setTimeout(() => void turn(), every())
  }

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void turn()
  })
  return { soon: () => void turn() }
}

const without = ({ ...troubles }: PageState['troubles'], reading: Reading): PageState['troubles'] => {
  delete troubles[reading]
  return troubles
}
