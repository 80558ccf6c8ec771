import type { Environment } from './environment.ts'
import type { InvocationResult } from './runtime-api.ts'

/** The execution environments of one function: kept warm, made when all are busy, replaced when one has died. */
export type FunctionPool = {
  readonly invoke: (event: unknown, startsAt: number) => Promise<InvocationResult>
  /** Events under way, those among them that wait for an environment. */
  readonly active: () => number
  /** Kills the processes that are busy with an event, as a host that fails does. @returns how many */
  readonly killActive: () => number
  /** Ends the idle environments; busy ones end after their event. As a deployment does. */
  readonly recycle: () => void
  readonly stop: () => Promise<void>
}

/**
 * So many environments of a function load at the same time. On a machine that loads them more slowly than events come, each
 * that is started besides makes all of them slower still, until the memory is used up.
 */
const MAX_LOADING = 2

export const functionPool = (start: () => Environment): FunctionPool => {
  const idle: Environment[] = []
  const all = new Set<Environment>()
  const busy = new Set<Environment>()
  const waiting: (() => void)[] = []
  let loading = 0
  let generation = 0
  let active = 0
  let isStopped = false

  const make = (): Environment => {
    const environment = start()
    all.add(environment)
    loading++
    void environment.loaded.then(() => {
      loading--
      waiting.shift()?.()
    })
    void environment.ended.then(() => {
      all.delete(environment)
      const index = idle.indexOf(environment)
      if (index >= 0) idle.splice(index, 1)
    })
    return environment
  }

  const take = async (): Promise<Environment | undefined> => {
    for (;;) {
      if (isStopped) return undefined
      const environment = idle.pop()
      if (environment !== undefined) return environment
      if (loading < MAX_LOADING) return make()
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }

  const handle = async (event: unknown, startsAt: number): Promise<InvocationResult> => {
    const environment = await take()
    if (environment === undefined) return { ok: false, error: 'the functions have been stopped' }
    const mine = generation
    busy.add(environment)
    try {
      return await environment.invoke(event, startsAt)
    } finally {
      busy.delete(environment)
      if (environment.isUsable() && mine === generation) idle.push(environment)
      else environment.kill()
      waiting.shift()?.()
    }
  }

  return {
    active: () => active,
    killActive: () => {
      for (const environment of busy) environment.kill()
      return busy.size
    },
    invoke: async (event, startsAt) => {
      active++
      return handle(event, startsAt).finally(() => active--)
    },
    recycle: () => {
      generation++
      for (const environment of idle.splice(0)) environment.kill()
    },
    stop: async () => {
      isStopped = true
      for (const environment of all) environment.kill()
      for (const wake of waiting.splice(0)) wake()
      await Promise.all([...all].map((environment) => environment.ended))
    },
  }
}
