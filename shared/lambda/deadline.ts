/** After so many milliseconds `signal` is aborted and `passed` rejects, both with what `reason` makes, unless it was cancelled before. */
export const deadline = (ms: number, reason: () => Error) => {
  const controller = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => undefined)
  const timer = setTimeout(
    () => {
      const error = reason()
      controller.abort(error)
      reject(error)
    },
    Math.max(0, ms),
  )
  return { signal: controller.signal, passed: promise, cancel: () => clearTimeout(timer) }
}
