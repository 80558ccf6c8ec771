import { fetchCandles } from '../../functions/fetcher/fetch-candles.ts'
import { answerRequest } from '../../functions/reauth/answer-request.ts'
import { failureAnswer } from '../../functions/reauth/failure-answer.ts'
import type { RedriveDeps } from '../../functions/redriver/redrive-deps.ts'
import { redriveParked } from '../../functions/redriver/redrive-parked.ts'
import { runTick } from '../../functions/scheduler/run-tick.ts'
import { tokenKeeper } from '../../functions/token-keeper/keep-token.ts'
import { outdatedAt, storeCandles } from '../../functions/writer/store-candles.ts'
import { inParts } from '../../functions/writer/store-in-parts.ts'
import { schwab } from '../../shared/adapters/schwab.ts'
import { sqsDepths } from '../../shared/adapters/sqs-depths.ts'
import { sqsParkedQueue, sqsParkingLot } from '../../shared/adapters/sqs-parking.ts'
import { sqsCandleQueue, sqsJobQueue, sqsPutBack, sqsSourceQueue } from '../../shared/adapters/sqs.ts'
import type { Calendar } from '../../shared/domain/calendar.ts'
import { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import { httpHandler } from '../../shared/lambda/http-handler.ts'
import { scheduleHandler } from '../../shared/lambda/schedule-handler.ts'
import { sqsHandler } from '../../shared/lambda/sqs-handler.ts'
import { storedTokens } from '../../shared/token/tokens.ts'
import { memorySqsClient } from '../fakes/memory-sqs-client.ts'
import type { FunctionName } from './function-models.ts'
import { instancePorts, REAUTH_URL, SCHWAB_URL, SIGNING_KEY } from './instance-ports.ts'
import type { Instance } from './invocation.ts'
import type { Handler, Lives } from './lives.ts'
import { pipelineCalendar } from './pipeline-calendar.ts'
import { APP_KEY, MARK } from './schwab-tokens.ts'
import type { World } from './world.ts'

/** Wires each function as its `handler.ts` does, over what the world has instead of AWS, Supabase and Schwab. */
export const functionBuilder = (world: World): ((instance: Instance, lives: Lives) => Handler) => {
  const calendar = pipelineCalendar(world.plan)
  const client = memorySqsClient(world.sqs, partialRefusal(world))
  let made = 0
  const newId = (kind: string): string => `${kind}-${++made}`
  return (instance, lives) => {
    const ports = instancePorts(instance, lives, world, client, newId)
    return BUILD[instance.fn]({ ...ports, calendar, newId }) as Handler
  }
}

type Parts = ReturnType<typeof instancePorts> & { readonly calendar: Calendar; readonly newId: (kind: string) => string }
const QUEUES = { jobs: 'jobs', candles: 'candles', 'jobs-dlq': 'jobs-dlq', 'candles-dlq': 'candles-dlq', 'auth-dlq': 'auth-dlq' }
type Timed = { readonly getRemainingTimeInMillis: () => number }

const BUILD: Readonly<Record<FunctionName, (parts: Parts) => unknown>> = {
  scheduler: ({ token, store, sqs, config, calendar, newId }) => {
    const queues = { jobs: sqsJobQueue(sqs, 'jobs'), candles: sqsCandleQueue(sqs, 'candles') }
    const told = { queues: sqsDepths(sqs, { urls: QUEUES, seldom: ['jobs-dlq', 'candles-dlq'], clock: token.clock }), board: store }
    const deps = { ...token, ...queues, ...told, config, calendar, tokens: store, newTraceId: () => newId('trace') }
    return scheduleHandler(runTick, () => deps, token.log)
  },
  fetcher: ({ token, store, sqs, http }) => {
    const deps = {
      ...token,
      tokens: storedTokens(token),
      marketData: schwab(http),
      candles: sqsCandleQueue(sqs, 'candles'),
      jobs: sqsJobQueue(sqs, 'jobs'),
      source: sqsSourceQueue(sqs, { queue: 'jobs', deadLetters: 'jobs-dlq' }),
      parking: sqsParkingLot(sqs, 'auth-dlq'),
      countParked: (outageId: string, count: number) => store.countParked(outageId, count),
    }
    return sqsHandler(
      FetchJob,
      fetchCandles,
      () => deps,
      token.log,
      ({ notAfter }) => notAfter,
    )
  },
  writer: ({ token: { clock, log }, store, sqs }) => {
    const deps = { clock, store: inParts(store, clock), source: sqsSourceQueue(sqs, { queue: 'candles', deadLetters: 'candles-dlq' }) }
    return sqsHandler(CandleBatch, storeCandles, () => deps, log, outdatedAt)
  },
  'token-keeper': ({ token, sqs, calendar }) => {
    const keepToken = tokenKeeper({ ...token, calendar, parked: sqsParkedQueue(sqs, 'auth-dlq') })
    return scheduleHandler(
      (keep: () => Promise<unknown>) => keep(),
      () => keepToken,
      token.log,
    )
  },
  redriver: ({ token, store, sqs, config, calendar, newId }) => {
    const queues = { parked: sqsParkedQueue(sqs, 'auth-dlq'), jobs: sqsJobQueue(sqs, 'jobs'), putBack: sqsPutBack(sqs, 'jobs') }
    const ready = { ...token, ...queues, config, calendar, tokens: store, newId: () => newId('trace') }
    const redrive = (deps: Omit<RedriveDeps, 'remainingMs'>, context: Timed) =>
      redriveParked({ ...deps, remainingMs: () => context.getRemainingTimeInMillis() })
    return scheduleHandler(redrive, () => ready, token.log)
  },
  reauth: ({ token, store, config: { tickers, horizonDays }, calendar, newId }) => {
    const site = { signingKey: SIGNING_KEY, appKey: APP_KEY, schwabUrl: SCHWAB_URL, reauthUrl: REAUTH_URL }
    const newSecret = (): string => newId(`${MARK}-browser-or-state`).padEnd(43, '-')
    const deps = { ...token, ...site, states: store, calendar, tickers, horizonDays, newSecret }
    return httpHandler(answerRequest, () => deps, failureAnswer, token.log)
  },
}

/** Of each batch that is sent in a bad minute about a half is not taken. */
const partialRefusal =
  ({ faults, random }: World) =>
  (queue: string, entries: readonly { readonly Id?: string | undefined }[]): ReadonlySet<string> =>
    faults.active('partial', queue) === undefined
      ? new Set()
      : new Set(entries.flatMap(({ Id }) => (Id !== undefined && random() < 0.5 ? [Id] : [])))
