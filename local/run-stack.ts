import { resolve } from 'node:path'
import { createClient } from '@supabase/supabase-js'
import { functionLog, type FunctionLog } from './function-log.ts'
import { activitySignal, runLoop } from './loop.ts'
import { openRun } from './open-run.ts'
import type { StartOptions } from './options.ts'
import { play } from './play.ts'
import { reportRun } from './report-run.ts'
import { localSecrets } from './secrets.ts'
import { runStateFile } from './run-state.ts'
import { startBackends } from './start-backends.ts'
import { startFront } from './start-front.ts'
import { startFunctions } from './start-functions.ts'
import { startPeople } from './start-people.ts'
import type { StackWatch } from './stack-watch.ts'
import type { QueueDepth } from './stack/sqs.ts'
import { stored } from './stored.ts'
import { storingLog } from './storing-log.ts'
import { timetable } from './timetable.ts'

const inAll = ({ visible, inFlight, delayed }: QueueDepth): number => visible + inFlight + delayed

const ROOT = resolve(import.meta.dirname, '..')

/**
 * Runs the whole stack until it is stopped or, with `--once`, until everything is played.
 * @param onStarted is called when all that listens does
 * @param watch looks on, and changes nothing
 * @returns the exit code
 */
export const runStack = async (
  options: StartOptions,
  signal: AbortSignal,
  onStarted: () => void,
  watch: StackWatch = {},
): Promise<number> => {
  const { data } = options
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  const startedAt = performance.now()
  const run = openRun(options, ROOT, say)
  const { state, clock, tickers, script } = run
  const secondsBefore = state.seconds
  // Time flies only when somebody can use it.
  const startClock = clock.speed === 'max' ? undefined : clock.holdRealRate()

  await using stack = new AsyncDisposableStack()
  const runState = runStateFile(data)
  stack.defer(() => runState.close())
  // Before anything else is made: a directory that holds more than this without a run is damaged.
  runState.save(state)
  const save = (): void => {
    state.now = clock.now()
    state.scriptTaken = script?.taken() ?? state.scriptTaken
    state.seconds = secondsBefore + (performance.now() - startedAt) / 1000
    runState.save(state)
  }
  const log = functionLog({
    path: resolve(data, 'functions.log'),
    counters: state.counters,
    onDeath: () => backends.schwab.control.setDead(true),
    say,
  })
  stack.defer(() => log.close())
  const storings = storingLog(resolve(data, 'storings.jsonl'))
  const logLine: FunctionLog['line'] = (functionName, line) => {
    log.line(functionName, line)
    storings.hear(line)
    watch.onLine?.(functionName, line)
  }
  const pipelineFile = tickers.write()
  const activity = activitySignal(25)
  const backends = await startBackends({
    root: ROOT,
    run,
    options,
    pipelineFile,
    stack,
    signal,
    log: logLine,
    stackWatch: watch,
    onEvent: (event, busName) => {
      people.owner.notice()
      if (parts.rules.deliver(busName, event)) parts.wake()
    },
    onNewToken: () => {
      backends.schwab.control.setDead(false)
      people.owner.notice()
    },
    onSent: activity.notify,
    call: (functionArn, event) => {
      parts.wake()
      return parts.call(functionArn, event)
    },
  })
  const parts = await startFunctions({
    run,
    options,
    backends,
    pipelineFile,
    stack,
    log: { ...log, line: logLine },
    say,
    onEnd: activity.notify,
  })
  const people = await startPeople({ run, backends, parts, save, say })
  const { aws, sqs, schwab, supabase } = backends
  aws.events.resume()
  const reader = stored(createClient(supabase.url, backends.keys.secretKey, { auth: { persistSession: false, autoRefreshToken: false } }))
  await startFront({ root: ROOT, options, run, backends, people, parts, reader, stack, say })
  onStarted()

  const queues = parts.sources.map(({ queue }) => queue)
  const table = timetable({ market: run.market, state, clock, sqs, queues, once: options.once, script, say })
  const { start, onTurn, onIdle } = play({ run, table, ...people, parts, save, say })
  await start()
  startClock?.()
  await runLoop({
    clock,
    ...parts,
    signal,
    activity: activity.wait,
    onAlarm: (event) => {
      if (parts.rules.deliver('default', event)) parts.wake()
    },
    onTurn,
    onIdle,
  })
  save()
  schwab.control.flush()
  if (signal.aborted) {
    say('Stopped.')
    return options.once ? 130 : 0
  }
  await aws.events.settled()
  const parkedNow = sqs.depth(backends.authDlq)
  const secretVersions = await localSecrets(aws.url).mostVersionsInADay(backends.tokenSecret)
  const deadLettered = backends.deadLetters.reduce((sum, queue) => sum + inAll(sqs.depth(queue)), 0)
  log.close()
  const { line, complaints } = await reportRun({
    run,
    reader,
    schwab: schwab.control,
    events: people.events(),
    secretVersions,
    parkedNow,
    deadLettered,
    storings: storings.storings(),
  })
  process.stdout.write(`${line}\n`)
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`)
  return complaints.length === 0 ? 0 : 1
}
