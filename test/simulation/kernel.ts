import { setImmediate } from 'node:timers'
import type { Random } from '../../local/schwab/seeded-random.ts'

/** Something that is due; `cancelled` ones are passed over. */
export type Due = { readonly at: number; readonly order: number; readonly run: () => void; cancelled: boolean }

export type Kernel = {
  readonly now: () => number
  readonly at: (time: number, run: () => void) => Due
  readonly after: (ms: number, run: () => void) => Due
  /** Does what is due, one thing after the other, until nothing is left or `isOver`. */
  readonly run: (isOver: () => boolean) => Promise<void>
  /** Time stands still until what really takes time is done. */
  readonly standStill: <Result>(work: Promise<Result>) => Promise<Result>
}

/** Now and then others in the process get their turn. */
const TURNS = 5_000

/** Virtual time, whole epoch milliseconds: it jumps from one due thing to the next. What is due at the same moment comes in an order drawn by `random`. */
export const startKernel = (start: number, random: Random): Kernel => {
  const heap: Due[] = []
  let now = start
  let standing = 0
  let isHeld = false
  let goOn = (): void => undefined
  const at = (time: number, run: () => void): Due => {
    const due = { at: Math.max(now, Math.ceil(time)), order: random(), run, cancelled: false }
    push(heap, due)
    return due
  }
  const takeNext = (): Due | undefined => {
    let next = pop(heap)
    while (next?.cancelled === true) next = pop(heap)
    return next
  }
  return {
    now: () => now,
    at,
    after: (ms, run) => at(now + ms, run),
    standStill: async (work) => {
      standing += 1
      try {
        return await work
      } finally {
        standing -= 1
        if (standing === 0 && isHeld) {
          isHeld = false
          goOn()
        }
      }
    },
    run: (isOver) =>
      new Promise((resolve, reject) => {
        let turns = 0
        goOn = () => queueMicrotask(() => process.nextTick(turn))
        const turn = (): void => {
          isHeld = standing > 0
          if (isHeld) return
          try {
            const next = isOver() ? undefined : takeNext()
            if (next === undefined) return resolve()
            now = next.at
            next.run()
          } catch (error) {
            return reject(error)
          }
          // A tick that is asked for by a microtask comes when all microtasks are done: every promise has then taken its course.
          if (++turns % TURNS === 0) setImmediate(turn)
          else goOn()
        }
        process.nextTick(turn)
      }),
  }
}

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

const push = (heap: Due[], due: Due): void => {
  let place = heap.push(due) - 1
  while (place > 0) {
    const parent = (place - 1) >> 1
    if (!isBefore(due, heap[parent]!)) break
    heap[place] = heap[parent]!
    place = parent
  }
  heap[place] = due
}

const pop = (heap: Due[]): Due | undefined => {
  const [first] = heap
  const last = heap.pop()
  if (first === undefined || last === undefined || heap.length === 0) return first
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
    if (!isBefore(heap[child]!, last)) break
    heap[place] = heap[child]!
    place = child
  }
  heap[place] = last
  return first
}
