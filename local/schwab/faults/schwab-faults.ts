import type { ActiveFaults, BarFault } from '../../faults/active-faults.ts'
import type { Fault, FaultName } from './fault.ts'

/** The simulator's faults that are set now. */
export type SchwabFaults = ActiveFaults<Fault>
/** One of them that chooses its bars. */
export type SchwabBarFault<Name extends FaultName> = BarFault<Extract<Fault, { readonly fault: Name }>>
