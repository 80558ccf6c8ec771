import type { IncomingMessage } from 'node:http'
import type { Service } from '../http/service.ts'
import type { OnCall } from './call-moment.ts'
import type { FaultBoard } from './fault-board.ts'
import { type Called, type Gate, startGate } from './gate.ts'
import { bendAws, bendSqs, bendSupabase, type Bender } from './gate-bends.ts'

export type StackGates = { readonly supabase: Gate; readonly sqs: Gate; readonly aws: Gate; readonly stop: () => Promise<void> }

export type StackGatesOptions = {
  readonly board: FaultBoard
  readonly onCall: OnCall
  /** The services themselves. `aws` has Secrets Manager and EventBridge. */
  readonly supabase: Service
  readonly sqs: Service
  readonly aws: Service
  /** The name of the secret that holds the token. */
  readonly tokenSecret: string
  /** The simulated time, epoch milliseconds. */
  readonly clock: () => number
  /** Stands before the services of AWS, for those who may not call them. */
  readonly guard: (bend: Bender) => Bender
}

/** Starts the gates that the functions of a stack go through. The stack itself, the command line and people go around them. */
export const startStackGates = async ({
  board,
  onCall,
  supabase,
  sqs,
  aws,
  tokenSecret,
  clock,
  guard,
}: StackGatesOptions): Promise<StackGates> => {
  const gates = await Promise.all([
    startGate({ service: supabase, callOf: supabaseCall, bend: bendSupabase(board), onCall }),
    startGate({ service: sqs, callOf: awsCall, bend: guard(bendSqs(board)), onCall }),
    startGate({ service: aws, callOf: awsCall, bend: guard(bendAws(board, tokenSecret, clock)), onCall }),
  ])
  const stop = async (): Promise<void> => void (await Promise.all(gates.map((gate) => gate.stop())))
  return { supabase: gates[0], sqs: gates[1], aws: gates[2], stop }
}

/** `/rest/v1/rpc/<name>` or `/rest/v1/<table>`. */
const supabaseCall = ({ url = '' }: IncomingMessage): Called => ({
  service: 'supabase',
  operation: (url.split('?')[0] ?? '').split('/').at(-1) ?? '',
})

const SERVICES: Readonly<Record<string, string>> = { AmazonSQS: 'sqs', AWSEvents: 'events', secretsmanager: 'secretsmanager' }

const awsCall = ({ headers }: IncomingMessage): Called => {
  const [target = '', operation = ''] = String(headers['x-amz-target'] ?? '').split('.')
  return { service: SERVICES[target] ?? target, operation }
}
