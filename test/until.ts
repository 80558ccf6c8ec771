import { PATIENCE_MS } from '../local/patience.ts'

/** Looks again and again until `look` finds something. @throws when that never happens */
export const until = async <Found>(look: () => Found | undefined, what: string): Promise<Found> => {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    if (performance.now() > end) throw new Error(`not after ${PATIENCE_MS / 1000} s: ${what}`)
    await new Promise((next) => setTimeout(next, 50))
  }
}
