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
    if (isReading) return void (isWanted = true)
    clearTimeout(timer)
    isReading = true
    isWanted = false
    try {
      await read()
      store.change({ readAt: now(), troubles: without(store.get().troubles, reading) })
    } catch (error) {
      const { troubles } = store.get()
      const [before, found] = [troubles[reading], blame(error)]
      if (before?.who !== found.who) store.change({ troubles: { ...troubles, [reading]: { ...found, since: now() } } })
    }
    isReading = false
    if (isWanted) return turn()
    if (document.visibilityState === 'visible') timer = setTimeout(() => void turn(), every())
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
