import type { SQSClient } from '@aws-sdk/client-sqs'
import { fetchCandles } from '../../functions/fetcher/fetch-candles.ts'
import { answerRequest } from '../../functions/reauth/answer-request.ts'
import { failureAnswer } from '../../functions/reauth/failure-answer.ts'
import type { RedriveDeps } from '../../functions/redriver/redrive-deps.ts'
import { redriveParked } from '../../functions/redriver/redrive-parked.ts'
import { runTick } from '../../functions/scheduler/run-tick.ts'
import { tokenKeeper } from '../../functions/token-keeper/keep-token.ts'
import { storeCandles } from '../../functions/writer/store-candles.ts'
import { schwabProof } from '../../shared/adapters/schwab-proof.ts'
import { schwabTokenEndpoint } from '../../shared/adapters/schwab-token-endpoint.ts'
import { schwab } from '../../shared/adapters/schwab.ts'
import { sqsParkedQueue, sqsParkingLot } from '../../shared/adapters/sqs-parking.ts'
import { sqsCandleQueue, sqsJobQueue, sqsPutBack, sqsSourceQueue } from '../../shared/adapters/sqs.ts'
import type { Log } from '../../shared/domain/log-events.ts'
import { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import { httpHandler } from '../../shared/lambda/http-handler.ts'
import { scheduleHandler } from '../../shared/lambda/schedule-handler.ts'
import { sqsHandler } from '../../shared/lambda/sqs-handler.ts'
import { storedTokens } from '../../shared/token/tokens.ts'
import { memorySqsClient } from '../fakes/memory-sqs-client.ts'
import { callPorts, through } from './call-ports.ts'
import type { Instance } from './invocation.ts'
import type { Handler, Lives } from './lives.ts'
import { pipelineCalendar } from './pipeline-calendar.ts'
import { SCHWAB_TIMEOUT, schwabFetch } from './schwab-fetch.ts'
import { APP_KEY, APP_SECRET, MARK } from './schwab-tokens.ts'
import type { World } from './world.ts'

export const SIGNING_KEY = `${MARK}-signing-key-of-32-characters-and-more`
export const REAUTH_URL = 'https://reauth.example.org'
const SCHWAB_URL = 'https://api.schwabapi.com'

/** Wires a function as its `handler.ts` does, over what the world has instead of AWS, Supabase and Schwab. */
export const functionBuilder = (world: World): ((instance: Instance, lives: Lives) => Handler) => {
  const calendar = pipelineCalendar(world.plan)
  const refuse = partialRefusal(world)
  const client = memorySqsClient(world.sqs, refuse)
  let made = 0
  return (instance, lives) => {
    const { plan, kernel, faults } = world
    const call = callPorts(instance, lives, world)
    const clock = (): number => kernel.now() + (faults.active('skew', instance.fn)?.amount ?? 0)
    const log = logOf(instance, world)
    const store = through(call, 'store', world.store, STORE)
    const secret = through(call, 'secret', world.secret, ['current', 'pending', 'previous', 'putPending', 'promote'])
    const events = through(call, 'bus', world.bus, ['publish'])
    const sqs = { send: (command: Command) => call('sqs', command.constructor.name, [command.input], () => client.send(command as never)) } as unknown as SQSClient
    const http = { baseUrl: SCHWAB_URL, fetch: schwabFetch(instance, call, lives, world), timeoutMs: SCHWAB_TIMEOUT, log, clock }
    const config = { ...plan, tickers: world.tickers }
    const limits = { requestsPerMinute: plan.requestsPerMinute, backfillPerMinute: plan.backfillPerMinute }
    const token = {
      secret,
      endpoint: schwabTokenEndpoint({ ...http, appKey: APP_KEY, appSecret: APP_SECRET }),
      proof: schwabProof(http),
      book: store,
      notices: store,
      leases: store,
      budget: store,
      limits,
      events,
      mail: { reauthUrl: REAUTH_URL, signingKey: SIGNING_KEY, tickers: config.tickers },
      holder: `holder-${++made}`,
      clock,
      pause: (ms: number) => lives.pass(instance, ms),
      log,
    }
    const jobs = sqsJobQueue(sqs, 'jobs')
    const candles = sqsCandleQueue(sqs, 'candles')
    const newId = (): string => `trace-${++made}`
    switch (instance.fn) {
      case 'scheduler': {
        const deps = { clock, config, calendar, book: store, tokens: store, notices: store, secret, events, jobs, candles, newTraceId: newId, log }
        return scheduleHandler(runTick, () => deps, log) as Handler
      }
      case 'fetcher': {
        const deps = {
          ...token,
          tokens: storedTokens(token),
          marketData: schwab(http),
          candles,
          jobs,
          source: sqsSourceQueue(sqs, { queue: 'jobs', deadLetters: 'jobs-dlq' }),
          parking: sqsParkingLot(sqs, 'auth-dlq'),
          countParked: (outageId: string, count: number) => store.countParked(outageId, count),
        }
        return sqsHandler(FetchJob, fetchCandles, () => deps, log) as Handler
      }
      case 'writer': {
        const deps = { clock, store, source: sqsSourceQueue(sqs, { queue: 'candles', deadLetters: 'candles-dlq' }) }
        return sqsHandler(CandleBatch, storeCandles, () => deps, log) as Handler
      }
      case 'token-keeper': {
        const keep = tokenKeeper({ ...token, calendar, parked: sqsParkedQueue(sqs, 'auth-dlq') })
        return scheduleHandler((keep: () => Promise<unknown>) => keep(), () => keep, log) as Handler
      }
      case 'redriver': {
        const deps = {
          clock,
          config,
          calendar,
          tokens: store,
          leases: store,
          book: store,
          parked: sqsParkedQueue(sqs, 'auth-dlq'),
          jobs,
          putBack: sqsPutBack(sqs, 'jobs'),
          events,
          newId,
          log,
        }
        const use = (deps: Omit<RedriveDeps, 'remainingMs'>, context: { readonly getRemainingTimeInMillis: () => number }) =>
          redriveParked({ ...deps, remainingMs: () => context.getRemainingTimeInMillis() })
        return scheduleHandler(use, () => deps, log) as Handler
      }
      case 'reauth': {
        const deps = {
          ...token,
          states: store,
          calendar,
          tickers: config.tickers,
          horizonDays: plan.horizonDays,
          signingKey: SIGNING_KEY,
          appKey: APP_KEY,
          schwabUrl: SCHWAB_URL,
          reauthUrl: REAUTH_URL,
          newSecret: () => `${MARK}-browser-or-state-${++made}`.padEnd(43, '-'),
        }
        return httpHandler(answerRequest, () => deps, failureAnswer, log) as Handler
      }
    }
  }
}

type Command = { readonly input: object }

const STORE = [
  ...(['beginTick', 'claimSessions', 'beginFetch', 'quarantine', 'ingest', 'putIndicators', 'tokenState', 'markDead'] as const),
  ...(['recordProven', 'newestCandle', 'countParked', 'countRedriven', 'outage', 'recovery', 'markRestored', 'tokenHistory'] as const),
  ...(['putStatus', 'takeLease', 'releaseLease', 'claimNotice', 'markPublished', 'putState', 'takeState'] as const),
]

/** What takes real time is no part of a trace: it differs from run to run. */
const logOf =
  ({ fn, id }: Instance, { lines, trace }: World): Log =>
  (event, fields = {}) => {
    const line = JSON.stringify({ event, ...fields, latencyMs: undefined })
    for (const see of lines) see(line)
    trace?.(`    ${fn}#${id} says ${line}`)
  }

const partialRefusal =
  ({ faults, random }: World) =>
  (queue: string, entries: readonly { readonly Id?: string | undefined }[]): ReadonlySet<string> =>
    faults.active('partial', queue) === undefined ? new Set() : new Set(entries.flatMap(({ Id }) => (Id !== undefined && random() < 0.5 ? [Id] : [])))
