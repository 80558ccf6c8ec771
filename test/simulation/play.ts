import { functionBuilder } from './build-functions.ts'
import { eventSource } from './event-sources.ts'
import { openLives } from './lives.ts'
import { watch } from './oracle/watch.ts'
import { ACCOUNT, openPerson } from './person.ts'
import { watchProbes, type Probe } from './probes.ts'
import { schedule } from './schedules.ts'
import { planStrikes, tokenFile } from './strikes.ts'
import { unsettled } from './unsettled.ts'
import type { World } from './world.ts'

const MINUTE = 60_000
/** So long after the last fault everything has to be well again: an empty session takes two days to be believed. */
const LONGEST_CALM = 4 * 24 * 60 * MINUTE

/** Plays the week until all is well again and nothing is left to do, or for four days after the last fault. @returns which probes were hit */
export const play = async (world: World): Promise<ReadonlySet<Probe>> => {
  const { kernel, plan, faults } = world
  const lives = openLives(world, functionBuilder(world))
  const person = openPerson(world, lives)
  const oracle = watch(world)
  const probes = watchProbes(world)
  const schedules = {
    scheduler: schedule('scheduler', 1, lives, world),
    keeper: schedule('token-keeper', 1, lives, world),
    redriver: schedule('redriver', 5, lives, world),
  }
  const sources = [
    eventSource('jobs', 'fetcher', lives, oracle.acknowledged, world),
    eventSource('candles', 'writer', lives, oracle.acknowledged, world),
  ]
  const lookAll = (): void => {
    for (const source of sources) source.look()
  }
  const wakeAll = (): void => {
    for (const one of Object.values(schedules)) one.wake()
    lookAll()
  }
  const deliver = (fn: 'redriver' | 'token-keeper'): void => {
    if (faults.active('event-lost', fn) !== undefined) return
    kernel.after(200 + world.random() * 2_000, () => lives.invoke(fn, {}, () => undefined))
  }

  await firstLogin(world)
  world.calls.push(({ target, method, args, result, instance }) => {
    if (target === 'sqs') lookAll()
    if (target === 'sqs' && method === 'SendMessageCommand' && queueOf(args) === 'auth-dlq') deliver('token-keeper')
    if (target === 'bus') {
      for (const event of args[0] as Parameters<typeof person.read>[0][]) {
        person.read(event)
        if (event.type === 'Reauthorized' && 'outageId' in event.detail) deliver('redriver')
      }
    }
    if (method === 'markDead' || (method === 'recordProven' && isNews(args, result))) wakeAll()
    if (method === 'markRestored') schedules.keeper.wake()
    if (target === 'secret' && !method.startsWith('current') && instance.fn !== 'token-keeper') schedules.keeper.wake()
  })
  planStrikes(world, lives, () => {
    oracle.struck()
    wakeAll()
  })
  for (const fault of plan.faults) kernel.at(fault.at + fault.forMs, wakeAll)

  const marketEnds = plan.days.at(-1)?.closesAt ?? 0
  const calmAt = Math.max(faults.calmAt, marketEnds + 45 * MINUTE)
  let looked = 0
  let isAtRest = false
  await kernel.run(() => {
    const now = kernel.now()
    if (now > calmAt + LONGEST_CALM) return true
    if (now < calmAt || lives.active() > 0 || person.isBusy() || now - looked < 5 * MINUTE) return false
    looked = now
    isAtRest = unsettled(world) === undefined
    return isAtRest
  })
  oracle.atTheEnd(isAtRest ? undefined : (unsettled(world) ?? 'somebody is at work'))
  return probes
}

/** More than a refresh. */
const isNews = (args: readonly unknown[], ended: unknown): boolean =>
  ended !== undefined || (args[0] as { readonly how: string }).how !== 'refresh'

const queueOf = (args: readonly unknown[]): string | undefined => (args[0] as { readonly QueueUrl?: string }).QueueUrl

/** A person has logged in before the run begins, and the database knows it. */
const firstLogin = async ({ plan, tokens, secret, database, kernel }: World): Promise<void> => {
  const now = kernel.now()
  const grant = tokens.logIn(ACCOUNT, plan.loggedInAt)
  const version = secret.putCurrent(tokenFile(grant, plan.loggedInAt))
  const loggedInAt = Math.floor(plan.loggedInAt / 1000) * 1000
  await database.recordProven({ version, how: 'login', now, loggedInAt, accessExpiresAt: now, refreshExpiresAt: undefined })
  await database.markPublished(`reauthorized:${version}`, now)
}
