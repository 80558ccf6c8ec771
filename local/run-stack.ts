import { resolve } from 'node:path'
import { createClient } from '@supabase/supabase-js'
import { loadPipelineFile } from '../shared/adapters/pipeline-file.ts'
import { startAwsEndpoints } from './aws/endpoints.ts'
import { processClock } from './clock/replace-date.ts'
import { simulatedClock } from './clock/simulated-clock.ts'
import { removeEndpoints, writeEndpoints, type Endpoints } from './endpoints.ts'
import { functionLog } from './function-log.ts'
import { activitySignal, runLoop } from './loop.ts'
import { chooseMarket } from './market.ts'
import type { StartOptions } from './options.ts'
import { LOCAL_APP, person } from './person.ts'
import { LOCAL_KEYS, movedPorts, PORTS } from './ports.ts'
import { freshCounters, loadRunState, runStateFile } from './run-state.ts'
import { startRuntimeApi } from './runtime/runtime-api.ts'
import { startSchwab } from './schwab/start-schwab.ts'
import { localSecrets } from './secrets.ts'
import { assemble } from './stack/assemble.ts'
import { exactlyOnce, repeated } from './stack/deliveries.ts'
import { queueUrl, startSqs } from './stack/sqs.ts'
import { currentStatus } from './status.ts'
import { startStatusPage } from './status-page.ts'
import { startSupabase } from './supabase/start-supabase.ts'
import { stored } from './stored.ts'
import { summarize } from './summary.ts'
import { compileTemplate } from './template/compile.ts'
import { stackModel } from './template/model.ts'
import { timetable } from './timetable.ts'

const ROOT = resolve(import.meta.dirname, '..')

/** Runs the whole stack until it is stopped or, with `--once`, until everything is played. @returns the exit code */
export const runStack = async (options: StartOptions, signal: AbortSignal): Promise<number> => {
  const { data } = options
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  const startedAt = performance.now()
  const projectFile = resolve(process.env['PIPELINE_FILE'] ?? resolve(ROOT, 'pipeline.yml'))
  const market = chooseMarket(options, loadPipelineFile(projectFile), projectFile, processClock.real())
  for (const notice of market.notices) say(notice)
  const saved = loadRunState(data)
  if (saved !== undefined && saved.market !== market.description) {
    throw new Error(`${data} holds a run of ${saved.market}, not of ${market.description}: give another --data, or remove that directory`)
  }
  const state = saved ?? { market: market.description, now: market.startsAt, span: 0, seconds: 0, counters: freshCounters() }
  const secondsBefore = state.seconds
  const clock = simulatedClock(state.now, options.speed)
  processClock.use(clock.now)
  say(saved === undefined ? 'Starting.' : `Going on from ${new Date(state.now).toISOString()} (simulated).`)

  await using stack = new AsyncDisposableStack()
  const runState = runStateFile(data)
  stack.defer(() => runState.close())
  const log = functionLog(resolve(data, 'functions.log'), state.counters)
  stack.defer(() => log.close())
  // In a replay the tickers come from file names: say before the start what is wrong with them, in whichever part they come.
  for (const index of market.spans.keys()) loadPipelineFile(market.pipelineFile(data, index))
  const pipelineFile = market.pipelineFile(data, state.span)
  const activity = activitySignal(25)
  const [template, supabase] = await Promise.all([
    compileTemplate({ root: ROOT, pipelineFile }),
    startSupabase({
      dataDir: resolve(data, 'supabase'),
      port: options.port + PORTS.supabase,
      migrationsDir: resolve(ROOT, 'supabase/migrations'),
      keys: { publishable: LOCAL_KEYS.publishableKey, secret: LOCAL_KEYS.secretKey },
    }),
  ])
  stack.defer(() => supabase.stop())
  const sqs = await startSqs({ port: options.port + PORTS.sqs, dataDir: resolve(data, 'sqs') })
  stack.defer(() => sqs.stop())
  const schwab = await startSchwab({
    port: options.port + PORTS.schwab,
    clock: clock.now,
    bars: market.bars,
    app: { key: LOCAL_APP.key, secret: LOCAL_APP.secret, redirectUris: [LOCAL_APP.redirectUri] },
    stateFile: resolve(data, 'schwab.json'),
  })
  stack.defer(() => schwab.stop())
  const model = stackModel(template, (name) => queueUrl(sqs.url, name))
  await sqs.create(model.queues)
  await sqs.releaseHeld()
  const aws = await startAwsEndpoints({
    dir: resolve(data, 'aws'),
    port: options.port + PORTS.aws,
    clock: clock.now,
    buses: model.buses,
    onEvent: (event, busName) => parts.rules.deliver(busName, event),
    log: (event, fields) => log.line('aws', JSON.stringify({ event, ...fields })),
  })
  stack.defer(() => aws.stop())
  const api = await startRuntimeApi()
  stack.defer(() => api.stop())
  const parts = assemble({
    model,
    api,
    sqs,
    root: ROOT,
    deliveries: options.deliveries === 1 ? exactlyOnce : repeated(options.deliveries, market.random),
    clock: clock.now,
    skipIdle: options.speed === 'max',
    variables: { ...localVariables({ aws: aws.url, sqs: sqs.url, schwab: schwab.url }), PIPELINE_FILE: pipelineFile },
    onLine: log.line,
    onEnd: (name, error) => {
      state.counters.invocations++
      if (error !== undefined) {
        state.counters.failures++
        log.line(name, JSON.stringify({ event: 'invocation_failed', function: name, error }))
      }
      activity.notify()
    },
  })
  stack.defer(() => parts.stop())
  aws.events.resume()

  const secrets = localSecrets(aws.url)
  const app = {
    schwabAppKey: LOCAL_APP.key,
    schwabAppSecret: LOCAL_APP.secret,
    supabaseUrl: supabase.url,
    supabaseSecretKey: LOCAL_KEYS.secretKey,
  }
  const [tokenSecret, appSecret] = [secretNamed(model.secrets, 'schwab-api-token'), secretNamed(model.secrets, 'alpha-kite')]
  await secrets.put(appSecret, JSON.stringify(app))
  const owner = person({
    schwabUrl: schwab.url,
    clock: clock.now,
    readToken: () => secrets.get(tokenSecret),
    storeToken: (text) => secrets.put(tokenSecret, text),
  })
  const reader = stored(createClient(supabase.url, LOCAL_KEYS.secretKey, { auth: { persistSession: false, autoRefreshToken: false } }))
  let endpoints: Omit<Endpoints, 'pid'> | undefined
  const status = await startStatusPage({
    port: options.port + PORTS.status,
    endpoints: () => endpoints,
    status: () => currentStatus({ clock, market, state, sqs, queues: model.queues, reader, schwab: schwab.control }),
  })
  stack.defer(() => status.stop())
  endpoints = {
    status: { url: status.url },
    aws: { url: aws.url },
    sqs: { url: sqs.url },
    schwab: { url: schwab.url },
    supabase: { url: supabase.url, ...LOCAL_KEYS },
  }
  writeEndpoints(data, { pid: process.pid, ...endpoints })
  stack.defer(() => removeEndpoints(data))
  for (const line of movedPorts(options.port, {
    status: status.port,
    aws: aws.port,
    sqs: sqs.port,
    supabase: supabase.port,
    schwab: schwab.port,
  }))
    say(line)
  for (const [name, { url }] of Object.entries(endpoints)) say(`  ${name.padEnd(9)}${url}`)
  say(`State is kept in ${data}. Logs: ${resolve(data, 'functions.log')}. Ctrl-C ends.`)

  const save = (): void => {
    state.now = clock.now()
    state.seconds = secondsBefore + (performance.now() - startedAt) / 1000
    runState.save(state)
  }
  const table = timetable({ market, state, clock, sqs, queues: parts.sources.map(({ queue }) => queue), once: options.once, say })
  await runLoop({
    clock,
    ...parts,
    signal,
    activity: activity.wait,
    otherActive: parts.rules.active,
    onAlarm: (event) => parts.rules.deliver('default', event),
    onIdle: async (nextDueAt) => {
      save()
      const next = table.next(nextDueAt)
      if (next === 'jump') {
        market.pipelineFile(data, state.span)
        parts.recycle()
        await owner.look()
        return clock.now()
      }
      await owner.look()
      return next
    },
  })
  save()
  schwab.control.flush()
  if (signal.aborted) {
    say('Stopped.')
    return options.once ? 130 : 0
  }
  const { summary, ok } = await summarize({ reader, source: market.bars, played: market.played(), calls: schwab.control.counters(), state })
  await log.close()
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return ok ? 0 : 1
}

const secretNamed = (secrets: readonly { readonly name: string }[], start: string): string => {
  const found = secrets.find(({ name }) => name.startsWith(start))
  if (found === undefined) throw new Error(`serverless.yml has no secret named ${start}-…`)
  return found.name
}

/** What the functions of the stack need to find it; the SDK reads the endpoints by itself. */
const localVariables = (urls: {
  readonly aws: string
  readonly sqs: string
  readonly schwab: string
}): Readonly<Record<string, string>> => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_SQS: urls.sqs,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: urls.aws,
  AWS_ENDPOINT_URL_EVENTBRIDGE: urls.aws,
  SCHWAB_URL: urls.schwab,
})
