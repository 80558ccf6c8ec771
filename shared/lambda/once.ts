/**
 * Builds on first use and keeps the result. A failure is not kept: the next use tries again, so that a function which
 * started while something was down works when it is back.
 */
export const once = <Value>(build: () => Promise<Value> | Value): (() => Promise<Value>) => {
  let kept: Promise<Value> | undefined
  return async () => {
    kept ??= Promise.resolve().then(build)
    try {
      return await kept
    } catch (error) {
      kept = undefined
      throw error
    }
  }
}
