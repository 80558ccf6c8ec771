import type { Environment } from './environment.ts'
import type { InvocationResult } from './runtime-api.ts'

/** The execution environments of one function: kept warm, made when all are busy, replaced when one has died. */
export type FunctionPool = {
  readonly invoke: (event: unknown, startsAt: number) => Promise<InvocationResult>
  readonly active: () => number
  /** Ends the idle environments; busy ones end after their event. As a deployment does. */
  readonly recycle: () => void
  readonly stop: () => Promise<void>
}

export const functionPool = (start: () => Environment): FunctionPool => {
  const idle: Environment[] = []
  const all = new Set<Environment>()
  let generation = 0
  let active = 0

  const make = (): Environment => {
    const environment = start()
    all.add(environment)
    void environment.ended.then(() => {
      all.delete(environment)
      const index = idle.indexOf(environment)
      if (index >= 0) idle.splice(index, 1)
    })
    return environment
  }

  return {
    active: () => active,
    invoke: async (event, startsAt) => {
      active++
      const mine = generation
      const environment = idle.pop() ?? make()
      try {
        return await environment.invoke(event, startsAt)
      } finally {
        active--
        if (environment.isUsable() && mine === generation) idle.push(environment)
        else environment.kill()
      }
    },
    recycle: () => {
      generation++
      for (const environment of idle.splice(0)) environment.kill()
    },
    stop: async () => {
      for (const environment of all) environment.kill()
      await Promise.all([...all].map((environment) => environment.ended))
    },
  }
}
