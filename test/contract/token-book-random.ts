import { OUTAGE_REASONS, type Outage } from '../../shared/domain/outage.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { ProvenToken } from '../../shared/ports.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import type { Store } from './store-setup.ts'
import { newVersion, noon, proven, settle } from './token-book-setup.ts'

const HOW: readonly ProvenToken['how'][] = ['refresh', 'login', 'by_hand']

/** What one call came to: the same for a store and its model, whose outages bear other names. */
type Outcome = { readonly real: unknown; readonly model: unknown }

/** Makes the same calls to `store` and to a memory store, as chance will have it. */
export const playBoth = async (store: Store, random: () => number, steps: number): Promise<readonly Outcome[]> => {
  const model = memoryStore()
  // The model begins where the store is: with this version proven and no outage.
  await settle(store)
  const former = (await store.tokenState()).deadVersion
  const start = proven(newVersion(), noon - HOUR)
  await store.recordProven(start)
  await model.recordProven(start)
  const versions = [start.version, ...Array.from({ length: 4 }, newVersion)]
  const [ofStore, ofModel] = [new Map<string, string>(), new Map<string, string>()]
  const outcomes: Outcome[] = []
  for (let step = 0; step < steps; step++) {
    const call: Call = {
      action: random(),
      version: pick(versions, random()),
      reason: pick(OUTAGE_REASONS, random()),
      how: pick(HOW, random()),
      place: random(),
      now: noon + step * MINUTE,
    }
    outcomes.push({
      real: outcome(await play(store, call), ofStore, versions, former),
      model: outcome(await play(model, call), ofModel, versions),
    })
  }
  return outcomes
}

type Call = {
  readonly action: number
  readonly version: string
  readonly reason: Outage['reason']
  readonly how: ProvenToken['how']
  /** Which of the outages that are not restored. */
  readonly place: number
  readonly now: number
}

const pick = <Item>(items: readonly Item[], place: number): Item => {
  const item = items[Math.floor(place * items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

const play = async (store: Store, { action, version, reason, how, place, now }: Call) => {
  const { outages, newsAt: before } = await store.tokenState()
  const id = outages.length === 0 ? 'none' : pick(outages, place).id
  let opened: boolean | undefined
  let outage: Outage | undefined
  if (action < 0.35) ({ opened, outage } = await store.markDead({ version, reason, now }))
  else if (action < 0.7) outage = (await store.recordProven(proven(version, now, how))).ended
  else if (action < 0.8) await store.markRestored(id, now)
  else if (action < 0.9) await store.countParked(id, 2)
  else await store.markPublished(`reauth-required:${id}`, now)
  const { newsAt, ...state } = await store.tokenState()
  // The tests before this one have left news of their own.
  return { opened, outage, state, news: newsAt === before ? undefined : newsAt, history: await store.tokenHistory(3) }
}

/** @param former what was dead before the first call */
const outcome = (seen: Awaited<ReturnType<typeof play>>, names: Map<string, string>, versions: readonly string[], former?: string) => {
  const named = (id: string | undefined): string | undefined => {
    if (id === undefined) return undefined
    const name = names.get(id) ?? `${names.size}`
    names.set(id, name)
    return name
  }
  const { opened, outage, state, history } = seen
  return {
    opened,
    outage: { ...outage, id: named(outage?.id) },
    state: {
      ...state,
      deadVersion: state.deadVersion === former ? undefined : state.deadVersion,
      outages: state.outages.map((each) => ({ ...each, id: named(each.id) })),
    },
    history: history.filter(({ version }) => versions.includes(version)).map((entry) => ({ ...entry, outageId: named(entry.outageId) })),
  }
}
