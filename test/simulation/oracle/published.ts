import type { World } from '../world.ts'
import { readJson, sentBy, type SeenBatch } from './seen-messages.ts'
import type { SiteAnswer, SiteRequest } from '../schwab-site.ts'

/** An answer may wait for others for a moment. */
const MOMENT = 2_000

/** An answer of Schwab is published as it comes, however long its neighbours take. */
export const watchPublished = ({ calls, kernel, plan, violate }: World): void => {
  // Where SQS is slow or fails nobody can tell who waits for whom.
  if (plan.faults.some(({ target }) => target === 'sqs')) return
  const answeredAt = new Map<string, number>()
  calls.push(({ target, method, args, result, invocation, isBelated }) => {
    if (isBelated) return
    if (method === 'pricehistory' && (result as SiteAnswer).status === 200) {
      const { searchParams: query } = (args[0] as SiteRequest).url
      const key = `${invocation?.id} ${query.get('symbol')} ${query.get('startDate')} ${query.get('endDate')}`
      answeredAt.set(key, kernel.now())
    }
    const sent = target === 'sqs' ? sentBy(method, args, result) : undefined
    if (sent?.queue !== 'candles') return
    for (const body of sent.bodies) {
      const { ticker, from, to } = readJson(body) as SeenBatch
      const at = answeredAt.get(`${invocation?.id} ${ticker} ${Date.parse(from)} ${Date.parse(to)}`)
      const waited = at === undefined ? 0 : kernel.now() - at
      if (waited > MOMENT + answerBack(plan)) violate('answers are published as they come', `${ticker} waited ${waited} ms`)
    }
  })
}

/** The answer itself is on its way for so long. */
const answerBack = ({ faults }: World['plan']): number =>
  Math.max(0, ...faults.map(({ kind, target, amount }) => (kind === 'slow' && target === 'schwab' ? amount * 1000 : 0)))
