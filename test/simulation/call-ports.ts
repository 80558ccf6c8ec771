import { AwsUnavailable, StoreTimedOut, StoreUnavailable } from '../../shared/domain/errors.ts'
import type { Instance, Target } from './invocation.ts'
import type { Lives } from './lives.ts'
import type { World } from './world.ts'

/** A call of an instance through a port: it takes time, may fail, and its caller may die on the way there or back. */
export type CallPort = <Result>(target: Target, method: string, args: readonly unknown[], effect: () => Promise<Result>) => Promise<Result>

/** Clients give up after so many seconds, milliseconds: the work of a call goes on without them. */
const PATIENCE = 10_000

export const callPorts = (instance: Instance, lives: Lives, world: World): CallPort => {
  const { kernel, random, faults } = world
  const latency = (target: Target): number => {
    const slow = faults.active('slow', target)
    return slow === undefined ? 1 + Math.floor(random() ** 3 * 60) : Math.floor(random() * slow.amount * 1000)
  }
  return async (target, method, args, effect) => {
    const calledAt = kernel.now()
    const there = latency(target)
    await lives.pass(instance, there)
    const isUnstored = method === 'putPending' && kernel.now() < world.storesNothingUntil
    const isDown = isUnstored || faults.active('down', target) !== undefined || faults.active('bus-silent', target) !== undefined
    const comesLate = !isDown && faults.active('effect-late', target) !== undefined
    const invocation = instance.current ?? instance.last
    const happen = async () => {
      const result = await effect()
      const isBelated = kernel.now() - calledAt > 3 * PATIENCE
      const call = { invocation, instance, target, method, args, result, isBelated }
      for (const see of world.calls) see(call)
      return result
    }
    if (!isDown && isTooMuch(method, args, faults)) {
      await lives.pass(instance, STATEMENT_TIMEOUT)
      for (const see of world.givenUp) see(args, instance)
      world.trace?.(`  ${instance.fn}#${instance.id} ${target}.${method} takes too long`)
      throw new StoreTimedOut('57014')
    }
    if (comesLate) kernel.after(random() * PATIENCE, () => void happen().catch(() => undefined))
    if (isDown || comesLate) {
      world.trace?.(`  ${instance.fn}#${instance.id} ${target}.${method} fails${comesLate ? ', and takes effect later' : ''}`)
      throw failureOf(target)
    }
    world.trace?.(`  ${instance.fn}#${instance.id} ${target}.${method} ${brief(args)}`)
    const result = await happen()
    const back = latency(target)
    await lives.pass(instance, Math.min(back, PATIENCE))
    if (faults.active('answer-lost', target) !== undefined || there + back > PATIENCE) {
      world.trace?.(`  ${instance.fn}#${instance.id} ${target}.${method}: its answer is lost`)
      throw failureOf(target)
    }
    return result
  }
}

/** Hosted Supabase ends a statement after so many milliseconds. */
const STATEMENT_TIMEOUT = 8_000

const isTooMuch = (method: string, args: readonly unknown[], faults: World['faults']): boolean => {
  if (method !== 'ingest' && method !== 'putIndicators') return false
  const fault = faults.active('store-times-out', 'store')
  return fault !== undefined && rowsOf(args[0] as Brought) > fault.amount
}

type Brought = readonly { readonly candles?: readonly unknown[]; readonly rows?: readonly unknown[] }[]
const rowsOf = (brought: Brought): number => brought.reduce((sum, { candles = [], rows = [] }) => sum + candles.length + rows.length, 0)

const failureOf = (target: Target): Error => {
  if (target === 'store') return new StoreUnavailable('the database does not answer')
  if (target === 'sqs') return Object.assign(new Error('a service error'), { name: 'ServiceUnavailable' })
  return new AwsUnavailable(`${target} does not answer`)
}

/** An object whose functions are called through a port. */
export const through = <Port extends object>(call: CallPort, target: Target, port: Port, methods: readonly (keyof Port & string)[]): Port =>
  Object.fromEntries(
    methods.map((method) => {
      const effect = port[method] as (...args: readonly unknown[]) => Promise<unknown>
      return [method, (...args: readonly unknown[]) => call(target, method, args, () => effect(...args))]
    }),
  ) as Port

const brief = (args: readonly unknown[]): string => JSON.stringify(args).slice(0, 160)
