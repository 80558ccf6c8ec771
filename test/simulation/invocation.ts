import type { Unsaved } from '../../shared/domain/token.ts'
import type { FunctionName } from './function-models.ts'

/** What came of an invocation. `crashed`: it never said anything. */
export type Ended =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'crashed' }

export type Invocation = {
  readonly id: number
  readonly fn: FunctionName
  readonly instance: Instance
  readonly startedAt: number
  readonly endsBy: number
  readonly end: (ended: Ended) => void
}

/** An execution environment of Lambda: it handles one invocation after another and remembers, until it dies. */
export type Instance = {
  readonly id: number
  readonly fn: FunctionName
  isAlive: boolean
  current: Invocation | undefined
  /** The last one it had: what it left undone goes on in its name. */
  last: Invocation | undefined
  /** Work that was left undone when an invocation ended: it goes on with the next one. */
  readonly frozen: (() => void)[]
  /** What the process keeps in mind, whatever is built anew in it. */
  readonly unsaved: Unsaved
}

/** One call through a port, seen at the moment of its effect. */
export type Call = {
  readonly invocation: Invocation | undefined
  readonly instance: Instance
  readonly target: Target
  readonly method: string
  readonly args: readonly unknown[]
  readonly result: unknown
  /** Its environment was frozen while the call was on its way: it took effect with a later invocation. */
  readonly isBelated: boolean
}

/** What can be down or slow. */
export type Target = 'store' | 'secret' | 'bus' | 'sqs' | 'schwab'
