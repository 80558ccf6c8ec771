import { FUNCTIONS, type FunctionName } from './function-models.ts'
import type { Ended, Instance, Invocation } from './invocation.ts'
import { keptBy } from './virtual-timers.ts'
import type { World } from './world.ts'

/** A function as an instance of it runs it. */
export type Handler = (event: unknown, context: { readonly getRemainingTimeInMillis: () => number }) => Promise<unknown>

/** The execution environments of all functions. */
export type Lives = {
  readonly invoke: (fn: FunctionName, event: unknown, ended: (ended: Ended, invocation: Invocation) => void) => void
  /** Time passes for an instance. Dead ones never come back from it, idle ones when they are called again. */
  readonly pass: (instance: Instance, ms: number) => Promise<void>
  readonly active: () => number
  /** What each process has built is built anew; the process goes on. */
  readonly rebuild: () => void
  /** Everything dies. */
  readonly deploy: () => void
}

/** Of the calls that could go to a warm instance so many go to a cold one. */
const COLD = 0.05

export const openLives = (world: World, build: (instance: Instance, lives: Lives) => Handler): Lives => {
  const { kernel, random, plan } = world
  const instances = new Map<Instance, Handler>()
  const crashes = plan.faults.filter(({ kind }) => kind === 'crash').map((fault) => ({ fault, left: Math.max(1, fault.amount) }))
  let made = 0
  let active = 0

  const die = (instance: Instance): void => {
    const { current } = instance
    instance.isAlive = false
    instances.delete(instance)
    world.trace?.(`${instance.fn}#${instance.id} dies`)
    current?.end({ kind: 'crashed' })
  }
  /** Whether one of the listed crashes comes at this await. */
  const isStruck = ({ fn }: Instance): boolean => {
    for (const crash of crashes) {
      if (crash.fault.target !== fn || crash.left === 0 || kernel.now() < crash.fault.at) continue
      crash.left -= 1
      if (crash.left > 0) continue
      world.faults.count(crash.fault)
      return true
    }
    return false
  }
  const lives: Lives = {
    active: () => active,
    rebuild: () => {
      for (const instance of instances.keys()) instances.set(instance, build(instance, lives))
    },
    deploy: () => {
      for (const instance of instances.keys()) die(instance)
    },
    pass: (instance, ms) =>
      new Promise((resolve) => {
        const resume = (): void => {
          if (!instance.isAlive) return
          if (instance.current === undefined) instance.frozen.push(resume)
          else if (isStruck(instance)) die(instance)
          else resolve()
        }
        kernel.after(ms, resume)
      }),
    invoke: (fn, event, ended) => {
      const idle = [...instances.keys()].filter((instance) => instance.fn === fn && instance.current === undefined)
      const warm = random() < COLD ? undefined : idle.at(0)
      const instance: Instance = warm ?? {
        id: ++made,
        fn,
        isAlive: true,
        current: undefined,
        last: undefined,
        frozen: [],
        unsaved: { token: undefined },
      }
      const handler = instances.get(instance) ?? build(instance, lives)
      instances.set(instance, handler)
      start(instance, handler, event, ended)
    },
  }

  const start = (instance: Instance, handler: Handler, event: unknown, ended: (ended: Ended, invocation: Invocation) => void): void => {
    const { fn } = instance
    const startedAt = kernel.now()
    const endsBy = startedAt + FUNCTIONS[fn].timeoutMs
    const timeout = kernel.at(endsBy, () => {
      world.trace?.(`${fn}#${instance.id} is out of time`)
      die(instance)
    })
    const invocation: Invocation = {
      id: ++made,
      fn,
      instance,
      startedAt,
      endsBy,
      end: (how) => {
        if (instance.current !== invocation) return
        instance.current = undefined
        timeout.cancelled = true
        active -= 1
        world.trace?.(`${fn}#${instance.id} ${how.kind}`)
        ended(how, invocation)
      },
    }
    instance.current = invocation
    instance.last = invocation
    active += 1
    for (const resume of instance.frozen.splice(0)) kernel.after(0, resume)
    const keeper = {
      setTimer: (run: () => void, ms: number) =>
        kernel.after(ms, () => {
          if (instance.isAlive) run()
        }),
    }
    const context = { getRemainingTimeInMillis: () => endsBy - kernel.now() }
    keptBy(keeper, () => {
      handler(event, context).then(
        (value) => invocation.end({ kind: 'returned', value }),
        (error: unknown) => invocation.end({ kind: 'failed', error }),
      )
    })
  }
  return lives
}
