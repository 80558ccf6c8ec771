import { AsyncLocalStorage } from 'node:async_hooks'

type Invocation = { readonly getRemainingTimeInMillis: () => number }

const invocations = new AsyncLocalStorage<Invocation>()

/** Runs what belongs to an invocation. What is left over of it when it ends still belongs to it, and has no time left. */
export const withinInvocation = <Result>(invocation: Invocation, run: () => Result): Result => invocations.run(invocation, run)

/** Milliseconds until Lambda ends the invocation that this belongs to; without one, as on the command line, there is no end. */
export const timeLeft = (): number => invocations.getStore()?.getRemainingTimeInMillis() ?? Infinity
