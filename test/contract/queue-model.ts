import { expect, it } from 'vitest'
import { seededRandom } from '../../local/schwab/seeded-random.ts'
import type { LocalSqs } from '../../local/stack/sqs.ts'

/** Queues as a poller has them; all times are those of the test's clock. */
export type Queues = Pick<LocalSqs, 'depth' | 'nextVisibleAt' | 'receive' | 'remove' | 'hide' | 'purge'> & {
  readonly send: (queue: string, body: string) => Promise<unknown>
}
export type QueueWorld = { readonly queues: () => Queues; readonly now: () => number; readonly pass: (seconds: number) => void }

/** `jobs` hides for 180 s and gives up after 3 receives, to `jobs-dlq`, which hides for 30 s; `later` delays for 60 s and hides for 30 s. */
export const describeQueues = ({ queues, now, pass }: QueueWorld): void => {
  const bodies = async (queue = 'jobs') => (await queues().receive(queue, 10)).map(({ Body }) => Body)

  it('hide a received message for the visibility time-out', async () => {
    await queues().send('jobs', 'a')
    expect(await bodies()).toEqual(['a'])
    expect(queues().depth('jobs')).toEqual({ visible: 0, inFlight: 1, delayed: 0 })
    expect(queues().nextVisibleAt('jobs')).toBe(now() + 180_000)
    pass(179)
    expect(await bodies()).toEqual([])
    pass(1)
    expect(queues().depth('jobs')).toEqual({ visible: 1, inFlight: 0, delayed: 0 })
    expect(await bodies()).toEqual(['a'])
  })

  it('show a delayed message as soon as its delay is over', async () => {
    await queues().send('later', 'a')
    expect(queues().depth('later')).toEqual({ visible: 0, inFlight: 0, delayed: 1 })
    expect(queues().nextVisibleAt('later')).toBe(now() + 60_000)
    expect(await bodies('later')).toEqual([])
    pass(60)
    expect(queues().depth('later')).toEqual({ visible: 1, inFlight: 0, delayed: 0 })
    expect(await bodies('later')).toEqual(['a'])
  })

  it('move a message to the dead letters after so many receives, and count them', async () => {
    await queues().send('jobs', 'a')
    for (let receive = 1; receive <= 3; receive++) {
      expect(await queues().receive('jobs', 1)).toMatchObject([{ Body: 'a', Attributes: { ApproximateReceiveCount: String(receive) } }])
      pass(180)
    }
    expect(await bodies()).toEqual([])
    expect(queues().depth('jobs')).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
    expect(await bodies('jobs-dlq')).toEqual(['a'])
  })

  it('hide a message for as long as asked, at least a second', async () => {
    await queues().send('jobs', 'a')
    const hide = async (seconds: number) => {
      const [message] = await queues().receive('jobs', 1)
      await queues().hide('jobs', message?.ReceiptHandle ?? '', seconds)
    }
    await hide(40)
    expect(queues().nextVisibleAt('jobs')).toBe(now() + 40_000)
    pass(40)
    await hide(0)
    expect(queues().nextVisibleAt('jobs')).toBe(now() + 1_000)
  })

  it('delete what is done, and nothing else', async () => {
    for (const body of ['a', 'b']) await queues().send('jobs', body)
    const received = await queues().receive('jobs', 10)
    await queues().remove(
      'jobs',
      received.filter(({ Body }) => Body === 'a').map(({ ReceiptHandle }) => ReceiptHandle),
    )
    pass(180)
    expect(await bodies()).toEqual(['b'])
    await queues().send('jobs', 'c')
    await queues().purge('jobs')
    expect(queues().depth('jobs')).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
  })
}

type Held = { readonly queue: string; readonly body: string; readonly handle: string }

/** What a sequence of calls drawn by the seed comes to, in words. Standard queues promise no order: whoever receives takes all there is. */
export const playQueues = async ({ queues, now, pass }: QueueWorld, seed: number, steps: number): Promise<readonly string[]> => {
  const random = seededRandom(seed)
  const start = now()
  const told: string[] = []
  let held: readonly Held[] = []
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
  const receiveAll = async (queue: string): Promise<void> => {
    const found: Held[] = []
    const counts: string[] = []
    for (;;) {
      const messages = await queues().receive(queue, 10)
      if (messages.length === 0) break
      found.push(...messages.map(({ Body: body, ReceiptHandle: handle }) => ({ queue, body, handle })))
      // How often a dead letter was received is nobody's concern, and counted differently.
      const countOf = ({ Attributes }: (typeof messages)[number]) => (queue === 'jobs-dlq' ? '' : Attributes['ApproximateReceiveCount'])
      counts.push(...messages.map((message) => `${message.Body} ${countOf(message)}`))
    }
    told.push(`received ${counts.toSorted().join(', ')}`)
    held = [...held, ...found].toSorted((a, b) => (a.body < b.body ? -1 : 1))
  }
  for (let step = 0; step < steps; step++) {
    const queue = pick(['jobs', 'jobs', 'later', 'jobs-dlq'])
    const [action, seconds, one] = [random(), pick([1, 7, 30, 59, 60, 180]), held[Math.floor(random() * held.length)]]
    if (action < 0.35) await queues().send(queue, `message ${step}`)
    else if (action < 0.55) await receiveAll(queue)
    else if (action < 0.65 && one !== undefined) await queues().remove(one.queue, [one.handle])
    else if (action < 0.75 && one !== undefined) await queues().hide(one.queue, one.handle, seconds)
    else if (action < 0.98) {
      pass(seconds)
      // What they held may be in other hands by now.
      held = []
    } else {
      await queues().purge(queue)
      held = held.filter((message) => message.queue !== queue)
    }
    if (action >= 0.55 && action < 0.65 && one !== undefined) held = held.filter((message) => message !== one)
    const { visible, inFlight, delayed } = queues().depth(queue)
    const next = queues().nextVisibleAt(queue)
    told.push(`${queue}: ${visible} ${inFlight} ${delayed}, next after ${next === undefined ? 'nothing' : (next - start) / 1000}`)
  }
  return told
}
