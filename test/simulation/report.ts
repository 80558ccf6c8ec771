import type { Fault, FaultKind } from './faults.ts'
import { PROBES, type Probe } from './probes.ts'
import { runSeed, type RunResult } from './run-seed.ts'
import { shrink } from './shrink.ts'
import type { SqlDatabase } from './sql/database.ts'

const MINUTE = 60_000
/** Lines of a trace that lead to the first violation. */
const TRACE_LINES = 60

export const faultText = ({ kind, at, forMs, target, amount }: Fault): string =>
  `${new Date(at).toISOString()} ${kind} ${target}${forMs === 0 ? '' : ` for ${(forMs / MINUTE).toFixed(1)} min`}${amount === 0 ? '' : ` (${amount})`}`

/** What a failing seed broke, the faults that are enough for it, and how it came about. */
export const failureText = async (seed: number, { violations, plan }: RunResult, sql?: SqlDatabase): Promise<string> => {
  const rule = violations[0]?.rule ?? ''
  const faults = await shrink(seed, rule, sql)
  const lines: string[] = []
  await runSeed(seed, { trace: (line) => lines.push(line), plan: { ...plan, faults }, sql })
  const end = lines.findIndex((line) => line.includes(`VIOLATION ${rule}`))
  const { week, rotation, tickers, requestsPerMinute } = plan
  return [
    `seed ${seed}: ${week}, ${tickers.length} tickers, ${requestsPerMinute} requests a minute, rotation ${rotation}`,
    ...violations.map(({ rule, text }) => `  ${rule}: ${text}`),
    `  ${faults.length} of ${plan.faults.length} faults are enough:`,
    ...faults.map((fault) => `    ${faultText(fault)}`),
    '  the trace with these faults, as far as the first violation:',
    ...lines.slice(Math.max(0, end + 1 - TRACE_LINES), end + 1).map((line) => `    ${line.slice(0, 220)}`),
    `  again: npm run simulate -- ${sql === undefined ? '' : '--sql '}--seed ${seed}`,
  ].join('\n')
}

export const kindsText = (injected: ReadonlyMap<FaultKind, number>): string =>
  [...injected]
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ')

/** How many probes were hit, the rarest of them, and which were not. */
export const probesText = (hits: ReadonlyMap<Probe, number>): string => {
  const missed = PROBES.filter((probe) => !hits.has(probe))
  const rarest = [...hits].toSorted(([, a], [, b]) => a - b).slice(0, RAREST)
  return [
    `${hits.size} of ${PROBES.length} probes were hit; the rarest: ${rarest.map(([probe, count]) => `${probe} (${count})`).join(', ')}`,
    ...(missed.length === 0 ? [] : [`never: ${missed.join(', ')}`]),
  ].join('\n')
}

const RAREST = 5
