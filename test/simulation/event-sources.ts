import type { ReceivedMessage } from '../../local/stack/sqs.ts'
import { whole } from './draw.ts'
import type { Ended, Invocation } from './invocation.ts'
import type { Due } from './kernel.ts'
import type { Lives } from './lives.ts'
import type { World } from './world.ts'

/** Reads a queue for a function, as Lambda's pollers do. */
export type EventSource = {
  /** Something may have come. */
  readonly look: () => void
}

/** Told before a message is deleted because its function has said that it is done. */
export type Acknowledged = (queue: string, message: ReceivedMessage, invocation: Invocation) => void

const BATCH = 10

export const eventSource = (
  queue: 'jobs' | 'candles',
  fn: 'fetcher' | 'writer',
  lives: Lives,
  acknowledged: Acknowledged,
  world: World,
): EventSource => {
  const { kernel, sqs, random, plan } = world
  let active = 0
  let isLooking = false
  let alarm: Due | undefined

  const look = (): void => {
    if (isLooking) return
    isLooking = true
    kernel.after(Math.floor(random() * 20), () => {
      isLooking = false
      void dispatch()
    })
  }
  const dispatch = async (): Promise<void> => {
    while (active < plan.concurrency && sqs.depth(queue).visible > 0 && world.faults.active('stalled', queue) === undefined) {
      const messages = await sqs.receive(queue, random() < 0.5 ? BATCH : whole(random, 1, BATCH))
      if (messages.length === 0) break
      active += 1
      world.trace?.(`${queue} hands ${messages.length} to ${fn}`)
      lives.invoke(fn, { Records: messages.map(record) }, (ended, invocation) => {
        active -= 1
        settle(messages, ended, invocation)
        look()
      })
    }
    const next = sqs.nextVisibleAt(queue)
    if (alarm !== undefined) alarm.cancelled = true
    alarm = next === undefined ? undefined : kernel.at(next, look)
  }
  const settle = (messages: readonly ReceivedMessage[], ended: Ended, invocation: Invocation): void => {
    if (ended.kind !== 'returned') return
    const failed = new Set((ended.value as Answer).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    const done = messages.filter(({ MessageId }) => !failed.has(MessageId))
    for (const message of done) acknowledged(queue, message, invocation)
    sqs.removed(
      queue,
      done.map(({ ReceiptHandle }) => ReceiptHandle),
    )
  }
  return { look }
}

type Answer = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }
type SentAttributes = Readonly<Record<string, { readonly StringValue?: string }>>

const record = ({ MessageId, ReceiptHandle, Body, Attributes, MessageAttributes }: ReceivedMessage) => ({
  messageId: MessageId,
  receiptHandle: ReceiptHandle,
  body: Body,
  attributes: Attributes,
  messageAttributes: Object.fromEntries(
    Object.entries((MessageAttributes ?? {}) as SentAttributes).map(([name, { StringValue }]) => [
      name,
      { dataType: 'String', stringValue: StringValue },
    ]),
  ),
})
