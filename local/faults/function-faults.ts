import type { InvocationWatch } from '../runtime/environment.ts'
import type { OnCall } from './call-moment.ts'
import type { FaultBoard } from './fault-board.ts'

export type FunctionFaults = {
  /** For every gate, and for the simulated Schwab. */
  readonly onCall: OnCall
  /** For every execution environment. */
  readonly watch: InvocationWatch
}

/** Plays what befalls the functions' processes: `kill-function` and `clock-skew`. */
export const functionFaults = (board: FaultBoard): FunctionFaults => {
  const busy = new Map<string, { readonly functionName: string; readonly kill: () => void }>()

  return {
    onCall: ({ service, operation, phase, environment }) => {
      const caller = environment === undefined ? undefined : busy.get(environment)
      if (caller === undefined) return undefined
      const fault = board.play(
        'kill-function',
        ({ name, moment }) =>
          isCalled(caller.functionName, name) &&
          'service' in moment &&
          moment.service === service &&
          moment.operation === operation &&
          moment.phase === phase,
      )
      if (fault === undefined) return undefined
      caller.kill()
      return 'cut'
    },
    watch: {
      skewMs: () => (board.play('clock-skew')?.seconds ?? 0) * 1000,
      begin: ({ id, functionName, kill }) => {
        busy.set(id, { functionName, kill })
        const planned = board.find('kill-function')
        // It plays, and counts, when somebody dies of it: an event that ends before is none of its cases.
        const play = (): void => {
          if (board.play('kill-function', ({ name, moment }) => isCalled(functionName, name) && 'afterMs' in moment) !== undefined) kill()
        }
        const isMeant = planned !== undefined && isCalled(functionName, planned.name)
        const timer = isMeant && 'afterMs' in planned.moment ? setTimeout(play, planned.moment.afterMs) : undefined
        return () => {
          clearTimeout(timer)
          busy.delete(id)
        }
      },
    },
  }
}

/** A function is named as in serverless.yml; deployed it has the service and the stage before that. */
const isCalled = (functionName: string, name: string): boolean => functionName === name || functionName.endsWith(`-${name}`)
