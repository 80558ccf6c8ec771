import * as z from 'zod'
import type { StackWatch } from '../../local/stack-watch.ts'
import type { Tick } from './job.ts'

const Line = z.looseObject({ event: z.string(), count: z.number().optional() })

type Counting = {
  -readonly [Key in keyof Tick]: Tick[Key] extends Readonly<Record<string, number>> ? Record<string, number> : Tick[Key]
}

export type StackMeter = StackWatch & { readonly ticks: readonly Tick[] }

/** Counts what the functions of a stack do, by ticks of the scheduler. `onTick` is called when one begins. */
export const stackMeter = (now: () => number, onTick: (tick: Counting) => void): StackMeter => {
  const ticks: Counting[] = []
  const count = (of: Record<string, number> | undefined, name: string): void => {
    if (of !== undefined) of[name] = (of[name] ?? 0) + 1
  }
  return {
    ticks,
    onInvocation: (functionName) => {
      const name = functionName.replace(/^.*-(?=[a-z]+$)/, '')
      if (name === 'scheduler') {
        const tick = {
          at: now(),
          startedMs: performance.now(),
          calls: {},
          invocations: {},
          schwabBytes: 0,
          candleRows: 0,
          indicatorRows: 0,
        }
        ticks.push(tick)
        onTick(tick)
      }
      count(ticks.at(-1)?.invocations, name)
    },
    onCall: ({ service, operation, phase, bytes }) => {
      const tick = ticks.at(-1)
      if (tick === undefined || phase !== 'after') return
      count(tick.calls, `${service} ${operation}`)
      if (operation === 'pricehistory') tick.schwabBytes += bytes ?? 0
      if (operation === 'ingest_candles' || operation === 'put_indicators') tick.visibleMs = performance.now()
    },
    onLine: (_, text) => {
      const tick = ticks.at(-1)
      if (tick === undefined || !/"(equity_data_inserted|indicators_inserted|missing_minutes_published)"/.test(text)) return
      const line = Line.safeParse(JSON.parse(text)).data
      if (line?.event === 'equity_data_inserted') tick.candleRows += line.count ?? 0
      if (line?.event === 'indicators_inserted') tick.indicatorRows += line.count ?? 0
      if (line?.event === 'missing_minutes_published') tick.missing = line.count
    },
  }
}
