import type { Candle } from '../../../shared/domain/candle.ts'
import { newYorkDate, newYorkInstant, newYorkTime } from '../../../shared/domain/new-york.ts'
import { MINUTE } from '../../../shared/domain/time.ts'
import type { RawCandle } from '../../../shared/domain/validate-candles.ts'
import { isCandle, type SourceBar } from '../bar-source.ts'
import type { Random } from '../seeded-random.ts'
import { provisional, uncorrected } from './other-numbers.ts'
import type { SchwabBarFault, SchwabFaults } from './schwab-faults.ts'

/** A bar as the wire carries it, perhaps broken. */
export type WireBar = RawCandle

/**
 * The finished bars as they are told at `now`: those that are late left out, the young ones perhaps with other numbers.
 * @param bars bars whose minute has ended, sorted
 */
export const tellBars = (bars: readonly SourceBar[], ticker: string, now: number, faults: SchwabFaults): readonly SourceBar[] => {
  const steps = [split(now, faults), lateBar(now, faults), restateBar(now, faults), provisionalBar(now, faults)].filter(
    (step) => step !== undefined,
  )
  return steps.reduce((told, step) => step(told, ticker), bars)
}

type Step = (bars: readonly SourceBar[], ticker: string) => readonly SourceBar[]

/** The days before a split, on the basis of the days after it. */
const split = (now: number, faults: SchwabFaults): Step => {
  const set = faults.list().flatMap(({ fault }) => (fault.fault === 'split' ? [fault] : []))
  return (bars, ticker) =>
    set
      .filter(({ symbol }) => symbol === ticker)
      .reduce((told, { ratio, since = now }) => {
        const day = newYorkInstant(newYorkDate(since), '00:00')
        return told.map((bar) => (bar.at < day && isCandle(bar) ? divided(bar, ratio) : bar))
      }, bars)
}

const divided = ({ at, open, high, low, close, volume }: Candle, ratio: number): Candle => ({
  at,
  open: open / ratio,
  high: high / ratio,
  low: low / ratio,
  close: close / ratio,
  volume: volume * ratio,
})

const lateBar = (now: number, faults: SchwabFaults): Step | undefined => {
  const late = faults.perBar('late-bar')
  if (late === undefined) return undefined
  return (bars, ticker) => {
    const told = bars.filter((bar) => bar.at + MINUTE + late.fault.seconds * 1000 <= now || !late.touches(ticker, bar.at))
    if (told.length < bars.length) late.count()
    return told
  }
}

const provisionalBar = (now: number, faults: SchwabFaults): Step | undefined => {
  const young = faults.perBar('provisional-bar')
  return young && changing(young, (bar) => now < bar.at + 2 * MINUTE, provisional)
}

const restateBar = (now: number, faults: SchwabFaults): Step | undefined => {
  const young = faults.perBar('restate-bar')
  return young && changing(young, (bar) => now < bar.at + (1 + young.fault.minutes) * MINUTE, uncorrected)
}

type Chooser = Pick<SchwabBarFault<'provisional-bar' | 'restate-bar'>, 'touches' | 'count'>

const changing =
  (fault: Chooser, isYoung: (bar: Candle) => boolean, change: (bar: Candle) => Candle): Step =>
  (bars, ticker) => {
    let changed = false
    const told = bars.map((bar) => {
      if (!isCandle(bar) || !isYoung(bar) || !fault.touches(ticker, bar.at)) return bar
      changed = true
      return change(bar)
    })
    if (changed) fault.count()
    return told
  }

const BROKEN: readonly ((bar: WireBar) => WireBar)[] = [
  (bar) => ({ ...bar, close: null }),
  // A JSON text has no NaN; the vendor's Java writers put it in quotes.
  (bar) => ({ ...bar, open: 'NaN' }),
  (bar) => ({ ...bar, low: -1 }),
  (bar) => ({ ...bar, high: bar.low, low: bar.high, open: bar.high, close: bar.high }),
  (bar) => ({ ...bar, datetime: null }),
]

/** The bars on the wire: perhaps doubled and shuffled, one perhaps broken. */
export const wireBars = (bars: readonly SourceBar[], ticker: string, faults: SchwabFaults, random: Random): readonly WireBar[] => {
  const wire: WireBar[] = bars.map(({ at, open, high, low, close, volume }) => ({ open, high, low, close, volume, datetime: at }))
  if (wire.length === 0) return wire
  const bad = faults.play('bad-bars', ({ symbols }) => symbols === undefined || symbols.includes(ticker))
  if (bad?.minute !== undefined) {
    for (const [index, { at, volume }] of bars.entries()) {
      if (newYorkTime(at) === bad.minute) wire[index] = { open: null, high: null, low: null, close: null, volume, datetime: at }
    }
  } else if (bad !== undefined) {
    const index = Math.floor(random() * wire.length)
    const [bar] = wire.slice(index)
    const breakBar = BROKEN[Math.floor(random() * BROKEN.length)]
    if (bar !== undefined && breakBar !== undefined) wire[index] = breakBar(bar)
  }
  if (faults.play('shuffled-bars') === undefined) return wire
  const twice = wire.flatMap((bar) => (random() < 0.3 ? [bar, bar] : [bar]))
  const [newest] = wire.slice(-1)
  const keyed = [...twice, ...(newest === undefined ? [] : [newest])].map((bar) => ({ bar, key: random() }))
  return keyed.toSorted((a, b) => a.key - b.key).map(({ bar }) => bar)
}
