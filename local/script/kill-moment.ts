import { nearestWord } from '../../shared/domain/nearest-word.ts'
import type { StackFault } from '../faults/stack-fault.ts'

type KillMoment = Extract<StackFault, { readonly fault: 'kill-function' }>['moment']

/** The calls that the stack sees, by service; at Supabase any rpc or table. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  sqs: [
    'SendMessage',
    'SendMessageBatch',
    'ReceiveMessage',
    'DeleteMessage',
    'DeleteMessageBatch',
    'ChangeMessageVisibility',
    'GetQueueAttributes',
  ],
  secretsmanager: ['GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage'],
  events: ['PutEvents'],
  schwab: ['token', 'pricehistory', 'quotes'],
  supabase: [],
}

type Problem = { readonly key: string; readonly text: string }

/** When a function shall die, from the options `await`, `when` and `after` (milliseconds). */
export const readKillMoment = (
  values: Readonly<Record<string, unknown>>,
): { readonly moment: KillMoment } | { readonly problem: Problem } => {
  const { await: call, when = 'after', after } = values
  const problem = (key: string, text: string) => ({ problem: { key, text } })
  if (typeof after === 'number') {
    if (call !== undefined) return problem('after', 'await and after exclude each other: delete one')
    return values['when'] === undefined
      ? { moment: { afterMs: after } }
      : problem('when', 'when goes with await: delete it, or write await instead of after')
  }
  if (typeof call !== 'string') return problem('fault', 'kill-function needs await, as sqs.SendMessageBatch, or after, as 300ms')
  const [service = '', operation = '', ...rest] = call.split('.')
  const known = Object.hasOwn(CALLS, service) ? CALLS[service] : undefined
  if (known === undefined || operation === '' || rest.length > 0) {
    return problem('await', `await ${call}: write SERVICE.OPERATION, the service one of ${Object.keys(CALLS).join(', ')}`)
  }
  if (known.length > 0 && !known.includes(operation)) {
    const meant = nearestWord(operation, known)
    return problem('await', `await ${call}: ${meant === undefined ? '' : `write ${service}.${meant}; `}${service} has ${known.join(', ')}`)
  }
  return { moment: { service, operation, phase: when === 'before' ? 'before' : 'after' } }
}
