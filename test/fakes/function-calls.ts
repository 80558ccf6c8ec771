import type { FunctionPool } from '../../local/runtime/function-pool.ts'
import type { InvocationResult } from '../../local/runtime/runtime-api.ts'

export const returned = (value: unknown = null): InvocationResult => ({ ok: true, value })
export const threw = (error = 'TypeError'): InvocationResult => ({ ok: false, error })

export type FunctionCalls = {
  readonly pool: FunctionPool
  readonly events: unknown[]
  /** Ends the oldest call under way, and lets what follows from it happen. */
  readonly end: (result?: InvocationResult) => Promise<void>
}

/** A function whose calls end when the test says so. */
export const functionCalls = (): FunctionCalls => {
  const events: unknown[] = []
  const waiting: ((result: InvocationResult) => void)[] = []
  return {
    events,
    pool: {
      invoke: (event) => {
        events.push(event)
        const { promise, resolve } = Promise.withResolvers<InvocationResult>()
        waiting.push(resolve)
        return promise
      },
      active: () => waiting.length,
      killActive: () => 0,
      recycle: () => {},
      stop: async () => {},
    },
    end: async (result = returned()) => {
      const settle = waiting.shift()
      if (settle === undefined) throw new Error('no call is under way')
      settle(result)
      await settled()
    },
  }
}

/** Lets every promise that is ready take its course. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
