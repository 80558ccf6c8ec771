import * as z from 'zod'
import { seededRandom, type Random } from '../schwab/seeded-random.ts'
import { stateFile } from '../state-file.ts'
import { type ActiveFaults, activeFaults, activeFaultSchema } from './active-faults.ts'
import { StackFault } from './stack-fault.ts'

/** The stack's own faults that are set now. */
export type FaultBoard = ActiveFaults<StackFault>

export type FaultBoardOptions = {
  /** Where the faults outlive the process; without it they do not. */
  readonly file: string | undefined
  /** The simulated time, epoch milliseconds. */
  readonly clock: () => number
  /** Decides faults with a `rate`. Default: the same sequence at each start. */
  readonly random?: Random
}

/** @throws Error when the file does not hold faults */
export const faultBoard = ({ file, clock, random = seededRandom(1) }: FaultBoardOptions): FaultBoard => {
  const kept = stateFile(file, z.array(activeFaultSchema(StackFault)))
  const board: FaultBoard = activeFaults<StackFault>({
    saved: kept.read() ?? [],
    clock,
    random,
    onChange: () => kept.write([...board.list()]),
  })
  return board
}
