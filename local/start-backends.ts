import { resolve } from 'node:path'
import { startAwsEndpoints, type AwsEndpoints } from './aws/endpoints.ts'
import type { OnEvent } from './aws/event-delivery.ts'
import { faultBoard, type FaultBoard } from './faults/fault-board.ts'
import { functionFaults } from './faults/function-faults.ts'
import type { Bender } from './faults/gate-bends.ts'
import { startStackGates, type StackGates } from './faults/gates.ts'
import { startHttpApi, type HttpApi } from './http/http-api.ts'
import { LOCAL_APP } from './local-app.ts'
import { loginHold } from './login-hold.ts'
import type { Run } from './open-run.ts'
import type { StartOptions } from './options.ts'
import { openLocalKeys, type LocalKeys } from './local-keys.ts'
import { PORTS } from './ports.ts'
import type { InvocationWatch } from './runtime/environment.ts'
import type { InvocationResult } from './runtime/runtime-api.ts'
import { startSchwab, type SchwabSimulator } from './schwab/start-schwab.ts'
import { alsoTelling, type StackWatch } from './stack-watch.ts'
import { guarded } from './stack/guard-calls.ts'
import { permissionsOf } from './stack/permissions.ts'
import { queueUrl, startSqs, type LocalSqs } from './stack/sqs.ts'
import { startSupabase, type RunningSupabase } from './supabase/start-supabase.ts'
import { buildFromSources, buildPackages, type CodeOf } from './template/function-code.ts'
import { stackModel } from './template/model.ts'
import type { StackModel } from './template/stack-model.ts'

/** Everything that listens and is no function: what AWS, Supabase and Schwab are to the deployed pipeline. */
export type Backends = {
  /** The template, with the addresses that the functions see. */
  readonly model: StackModel
  readonly codeOf: CodeOf
  readonly keys: LocalKeys
  readonly tokenSecret: string
  readonly appSecret: string
  /** The queue that jobs are parked in. */
  readonly authDlq: string
  /** The dead-letter queues of jobs and candles. */
  readonly deadLetters: readonly string[]
  readonly supabase: RunningSupabase
  readonly sqs: LocalSqs
  readonly schwab: SchwabSimulator
  readonly aws: AwsEndpoints
  readonly http: HttpApi
  readonly board: FaultBoard
  /** The functions reach the others through these, where faults are played. */
  readonly gates: StackGates
  readonly watch: InvocationWatch
}

export type BackendsOptions = {
  readonly root: string
  readonly run: Run
  readonly options: StartOptions
  readonly pipelineFile: string
  /** Stops them all in the reverse order. */
  readonly stack: AsyncDisposableStack
  readonly signal: AbortSignal
  readonly log: (source: string, line: string) => void
  /** Looks on. */
  readonly stackWatch: StackWatch
  readonly onEvent: OnEvent
  readonly onNewToken: () => void
  /** A queue has new messages. */
  readonly onSent: () => void
  readonly call: (functionArn: string, event: unknown) => Promise<InvocationResult>
}

export const startBackends = async (given: BackendsOptions): Promise<Backends> => {
  const { root, run, options, pipelineFile, stack, log } = given
  const { now } = run.clock
  const { data } = options
  const keys = openLocalKeys(data)
  const port = (name: keyof typeof PORTS): number => options.port + PORTS[name]
  const sources = { root, pipelineFile, signal: given.signal }
  const [{ template, codeOf }, supabase] = await Promise.all([
    options.packaged ? buildPackages({ ...sources, dir: resolve(data, 'packaged') }) : buildFromSources(sources),
    startSupabase({
      dataDir: resolve(data, 'supabase'),
      port: port('supabase'),
      migrationsDir: resolve(root, 'supabase/migrations'),
      keys: { publishable: keys.publishableKey, secret: keys.secretKey },
    }),
  ])
  stack.defer(() => supabase.stop())
  const sqs = await startSqs({ port: port('sqs'), dataDir: resolve(data, 'sqs'), onSent: given.onSent })
  stack.defer(() => sqs.stop())
  const hold = loginHold(run.clock)
  const http = await startHttpApi({
    port: port('reauth'),
    clock: now,
    invoke: given.call,
    onAnswer: (path) => {
      if (path === CALLBACK) hold.end()
    },
  })
  stack.defer(() => http.stop())
  const board = faultBoard({ file: resolve(data, 'faults.json'), clock: now })
  const faults = functionFaults(board)
  const onCall = alsoTelling(given.stackWatch.onCall, faults.onCall)
  const watch: InvocationWatch = {
    ...faults.watch,
    begin: alsoTelling(({ functionName }) => given.stackWatch.onInvocation?.(functionName), faults.watch.begin),
  }
  const schwab = await startSchwab({
    port: port('schwab'),
    clock: now,
    bars: run.market.bars,
    app: { key: LOCAL_APP.key, secret: LOCAL_APP.secret, redirectUris: [LOCAL_APP.redirectUri, `${http.url}${CALLBACK}`] },
    stateFile: resolve(data, 'schwab.json'),
    onCall,
    onLogin: (step) => {
      if (step === 'shown') hold.begin()
      else if (http.active() === 0) hold.end()
    },
  })
  stack.defer(() => schwab.stop())
  const { queues, buses, secrets, functions, roles } = stackModel(template, (name) => queueUrl(sqs.url, name))
  await sqs.create(queues)
  await sqs.releaseHeld()
  const tokenSecret = named(secrets, /^schwab-api-token/, 'secret')
  const aws = await startAwsEndpoints({
    dir: resolve(data, 'aws'),
    port: port('aws'),
    clock: now,
    buses,
    onEvent: given.onEvent,
    onCurrentSecret: (name) => {
      if (name === tokenSecret) given.onNewToken()
    },
    log: (event, fields) => log('aws', JSON.stringify({ event, ...fields })),
  })
  stack.defer(() => aws.stop())
  const permissions = permissionsOf(functions, roles)
  const guard = (bend: Bender): Bender => guarded(bend, permissions)
  const gates = await startStackGates({
    board,
    onCall,
    supabase: supabase.service,
    sqs: sqs.service,
    aws: aws.service,
    tokenSecret,
    clock: now,
    guard,
  })
  stack.defer(() => gates.stop())
  const model = stackModel(template, (name) => queueUrl(gates.sqs.url, name))
  return {
    model,
    codeOf,
    keys,
    tokenSecret,
    appSecret: named(secrets, /^alpha-kite/, 'secret'),
    authDlq: named(queues, /-auth-dlq$/, 'queue'),
    deadLetters: [named(queues, /-jobs-dlq$/, 'queue'), named(queues, /-candles-dlq$/, 'queue')],
    supabase,
    sqs,
    schwab,
    aws,
    http,
    board,
    gates,
    watch,
  }
}

/** Where Schwab sends a person's browser back to. */
const CALLBACK = '/reauth/callback'

const named = (resources: readonly { readonly name: string }[], pattern: RegExp, kind: string): string => {
  const found = resources.find(({ name }) => pattern.test(name))
  if (found === undefined) throw new Error(`serverless.yml has no ${kind} whose name is like ${pattern.source}`)
  return found.name
}
