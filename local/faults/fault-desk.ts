import type { Control } from '../schwab/control.ts'
import { Fault, type FaultName } from '../schwab/faults/fault.ts'
import type { FaultBoard } from './fault-board.ts'
import { StackFault, type StackFaultName } from './stack-fault.ts'

/** A fault as a script or a person asks for it. */
export type FaultPlay = ({ readonly on: 'schwab'; readonly fault: Fault } | { readonly on: 'stack'; readonly fault: StackFault }) & {
  /** How long it plays from then on, milliseconds of the simulated clock. */
  readonly forMs: number | undefined
}

/** A fault that is set, as it is shown: its options, and the time of its end in ISO 8601. */
export type FaultLine = Readonly<Record<string, unknown>> & { readonly fault: string }

/** One hand on all faults, those of the simulated Schwab and those of the stack. */
export type FaultDesk = {
  /** @param at when its time begins, epoch milliseconds; default: now */
  readonly play: (play: FaultPlay, at?: number) => void
  readonly clear: (name: FaultName | StackFaultName) => void
  readonly clearAll: () => void
  readonly list: () => readonly FaultLine[]
}

export type FaultDeskOptions = {
  readonly schwab: Pick<Control, 'play' | 'clear' | 'clearAll' | 'faults'>
  readonly board: FaultBoard
  /** The simulated time, epoch milliseconds. */
  readonly clock: () => number
}

/** The names of the simulator's faults. */
export const SCHWAB_FAULTS: readonly FaultName[] = Fault.options.map((option) => option.shape.fault.value)
/** The names of the faults around the functions. */
export const STACK_FAULTS: readonly StackFaultName[] = StackFault.options.map((option) => option.shape.fault.value)

export const faultDesk = ({ schwab, board, clock }: FaultDeskOptions): FaultDesk => ({
  play: ({ forMs, ...play }, at = clock()) => {
    const end = forMs === undefined ? {} : { until: at + forMs }
    if (play.on === 'schwab') schwab.play({ ...play.fault, ...end })
    else board.set({ ...play.fault, ...end })
  },
  clear: (name) => {
    for (const known of SCHWAB_FAULTS) if (known === name) schwab.clear(known)
    for (const known of STACK_FAULTS) if (known === name) board.clear(known)
  },
  clearAll: () => {
    schwab.clearAll()
    board.clearAll()
  },
  list: () =>
    [...schwab.faults(), ...board.list().map(({ fault }) => asWritten(fault))].map(({ until, ...fault }) => ({
      ...fault,
      ...(until !== undefined && { until: new Date(until).toISOString() }),
    })),
})

/** With the words of a script for the moment of a death. */
const asWritten = (fault: StackFault) => {
  if (fault.fault !== 'kill-function') return fault
  const { moment, ...rest } = fault
  if ('afterMs' in moment) return { ...rest, after: `${moment.afterMs}ms` }
  return { ...rest, await: `${moment.service}.${moment.operation}`, when: moment.phase }
}
