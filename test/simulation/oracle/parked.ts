import type { World } from '../world.ts'
import { readJson, sentBy, type SeenJob } from './seen-messages.ts'

const MINUTE = 60_000

type Sent = { readonly ticker: string; readonly dates: readonly string[]; readonly at: number }

/** A parked job is deleted only when each of its sessions has been sent to `jobs` again since it was received. */
export const watchParked = ({ calls, kernel, violate }: World): void => {
  const received = new Map<string, { readonly body: string; readonly at: number }>()
  const sent: Sent[] = []
  const bodies = new Set<string>()

  const remove = (handle: string): void => {
    const parked = received.get(handle)
    if (parked === undefined || bodies.has(parked.body)) return
    const { ticker, sessions = [] } = (readJson(parked.body) ?? {}) as Partial<SeenJob>
    for (const { date, opensAt } of sessions) {
      if (Date.parse(opensAt) > kernel.now() - MINUTE - 5_000) continue
      const isSent = sent.some((one) => one.at >= parked.at && one.ticker === ticker && one.dates.includes(date))
      if (!isSent) violate('no work is lost', `a parked job of ${ticker} is deleted and ${date} was not sent again`)
    }
  }
  calls.push(({ target, method, args, result }) => {
    if (target !== 'sqs') return
    const put = sentBy(method, args, result)
    if (put?.queue === 'jobs') {
      for (const body of put.bodies) {
        const { ticker = '', sessions = [] } = (readJson(body) ?? {}) as Partial<SeenJob>
        sent.push({ ticker, dates: sessions.map(({ date }) => date), at: kernel.now() })
        if (method === 'SendMessageCommand') bodies.add(body)
      }
    }
    const { QueueUrl, Entries = [] } = args[0] as {
      readonly QueueUrl: string
      readonly Entries?: readonly { readonly ReceiptHandle?: string }[]
    }
    if (QueueUrl !== 'auth-dlq') return
    if (method === 'ReceiveMessageCommand') {
      const { Messages } = result as { readonly Messages: readonly { readonly ReceiptHandle: string; readonly Body: string }[] }
      for (const { ReceiptHandle, Body } of Messages) received.set(ReceiptHandle, { body: Body, at: kernel.now() })
    }
    if (method === 'DeleteMessageBatchCommand') for (const { ReceiptHandle = '' } of Entries) remove(ReceiptHandle)
  })
}
