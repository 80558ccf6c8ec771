import type { CallMoment } from './faults/call-moment.ts'

/** Somebody who measures a stack from outside. What it is told of has happened; it has no way to interfere. */
export type StackWatch = {
  /** A function calls a service, or the service has done it. */
  readonly onCall?: (moment: CallMoment) => void
  /** An environment of this function begins with an event. */
  readonly onInvocation?: (functionName: string) => void
  /** A function has printed a line. */
  readonly onLine?: (functionName: string, line: string) => void
}

/** Tells the one who looks on, then does what is to be done. */
export const alsoTelling =
  <Told, Result>(tell: ((told: Told) => void) | undefined, act: (told: Told) => Result) =>
  (told: Told): Result => {
    tell?.(told)
    return act(told)
  }
