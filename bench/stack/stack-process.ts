/** A stack in a process of its own that counts what its functions do. Its argument is a job, its only message to the parent a report. */
import { readEndpoints } from '../../local/endpoints.ts'
import { parseStartOptions } from '../../local/options.ts'
import { freshRunState, runStateFile } from '../../local/run-state.ts'
import { runStack } from '../../local/run-stack.ts'
import { childrenOf, ownUsage, type Usage } from '../measure/processes.ts'
import { StackJob, type Sample, type StackReport, type Tick } from './job.ts'
import { lookInto, type StackLook } from './look-into.ts'
import { SEED } from './market.ts'
import { stackMeter } from './stack-meter.ts'

const job = StackJob.parse(JSON.parse(process.argv[2] ?? ''))
const options = parseStartOptions(['--data', job.data, '--port', String(job.port), '--speed', 'max', '--seed', String(SEED)])
if (options === 'help') process.exit(2)

const file = runStateFile(job.data)
file.save(freshRunState(`a generated market, seed ${SEED}`, job.startsAt))
file.close()

const stop = new AbortController()
// A parent that was killed takes this with it.
process.on('disconnect', () => process.exit(1))

/** By process: one that has ended is not forgotten. */
const used = new Map<number, Usage>()
/** @returns the CPU seconds of all functions so far */
const look = (): number => {
  for (const usage of childrenOf(process.pid) ?? []) used.set(usage.pid, usage)
  return [...used.values()].reduce((sum, usage) => sum + usage.cpuSeconds, 0)
}

/** Undefined until all that listens does. */
const stackLook = (): StackLook | undefined => {
  const endpoints = readEndpoints(job.data)
  return endpoints && lookInto(endpoints)
}

const samples: Sample[] = []
const sample = async (tick: number): Promise<void> => {
  const functions = childrenOf(process.pid) ?? []
  const functionBytes = functions.reduce((sum, { residentBytes }) => sum + residentBytes, 0)
  const stackBytes = ownUsage()?.residentBytes ?? 0
  samples.push({ tick, stackBytes, functionBytes, processes: functions.length, queued: (await stackLook()?.queued()) ?? 0 })
}

const lookAtCoverage = async (tick: { stored?: number | undefined; incomplete?: number | undefined }): Promise<void> => {
  const stack = stackLook()
  tick.stored = await stack?.rows('equity_data')
  tick.incomplete = await stack?.rows('session_coverage', 'completed_at')
}

const TABLES = ['equity_data', 'indicators', 'session_coverage', 'scheduler_ticks', 'request_budget', 'ticker_revision']
const countTables = async (): Promise<Record<string, number>> => {
  const stack = stackLook()
  const counts = await Promise.all(TABLES.map(async (table) => [table, (await stack?.rows(table)) ?? 0] as const))
  return Object.fromEntries(counts)
}

let cpuBefore = 0
let isEnding = false
const end = async (ticks: readonly Tick[]): Promise<void> => {
  if (isEnding) return
  isEnding = true
  const cpuSeconds = look() - cpuBefore
  const peaks = [...used.values()].map(({ peakBytes }) => peakBytes)
  const isKnown = used.size > 0
  const report: StackReport = {
    ticks: [...ticks],
    samples,
    tables: job.sampleEvery > 0 ? await countTables() : {},
    ...(isKnown && { cpuSeconds, peakBytes: peaks.reduce((sum, peak) => sum + peak, 0), largestBytes: Math.max(...peaks) }),
  }
  process.send?.(report)
  stop.abort()
}

const LOOK_EVERY = 20

const meter = stackMeter(Date.now, (tick) => {
  const number = meter.ticks.length - 1
  if (number === job.warmUp) cpuBefore = look()
  else if (number % LOOK_EVERY === 0) look()
  if (job.sampleEvery > 0 && number % job.sampleEvery === 0) void sample(number)
  const measured = meter.ticks.slice(job.warmUp, -1)
  if (measured.length >= job.ticks || tick.at > (job.until ?? Infinity)) void end(measured)
  else if (job.untilComplete && number > 0)
    void lookAtCoverage(tick).then(() => {
      if (tick.incomplete === 0) void end(meter.ticks)
    })
})

await runStack(options, stop.signal, () => {}, meter)
process.exit()
