/** A stack in a process of its own that counts what its functions do. Its argument is a job, its only message to the parent a report. */
import { PostgrestClient } from '@supabase/postgrest-js'
import { readEndpoints } from '../../local/endpoints.ts'
import { parseStartOptions } from '../../local/options.ts'
import { freshRunState, runStateFile } from '../../local/run-state.ts'
import { runStack } from '../../local/run-stack.ts'
import { childrenOf, ownUsage, type Usage } from '../measure/processes.ts'
import { StackJob, type Sample, type StackReport, type Tick } from './job.ts'
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

const samples: Sample[] = []
const sample = (tick: number): void => {
  const functions = childrenOf(process.pid) ?? []
  const functionBytes = functions.reduce((sum, { residentBytes }) => sum + residentBytes, 0)
  samples.push({ tick, stackBytes: ownUsage()?.residentBytes ?? 0, functionBytes, processes: functions.length })
}

const lookInto = async (tick: { stored?: number | undefined; incomplete?: number | undefined }): Promise<void> => {
  const supabase = readEndpoints(job.data)?.supabase
  if (supabase === undefined) return
  const client = new PostgrestClient(`${supabase.url}/rest/v1`, { headers: { apikey: supabase.secretKey } })
  const only = { count: 'exact', head: true } as const
  const candles = await client.from('equity_data').select('ticker', only)
  const sessions = await client.from('session_coverage').select('ticker', only).is('completed_at', null)
  if (candles.count !== null) tick.stored = candles.count
  if (sessions.count !== null) tick.incomplete = sessions.count
}

let cpuBefore = 0
const end = (ticks: readonly Tick[]): void => {
  if (stop.signal.aborted) return
  const cpuSeconds = look() - cpuBefore
  const peaks = [...used.values()].map(({ peakBytes }) => peakBytes)
  const isKnown = used.size > 0
  const report: StackReport = {
    ticks: [...ticks],
    samples,
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
  if (job.sampleEvery > 0 && number % job.sampleEvery === 0) sample(number)
  const measured = meter.ticks.slice(job.warmUp, -1)
  if (measured.length >= job.ticks || tick.at > (job.until ?? Infinity)) end(measured)
  else if (job.untilComplete && number > 0)
    void lookInto(tick).then(() => {
      if (tick.incomplete === 0) end(meter.ticks)
    })
})

await runStack(options, stop.signal, () => {}, meter)
process.exit()
