import type { Bar, ChartSession } from '../data/chart-rows.ts'
import { sameBar } from './bar-values.ts'
import { minutesOf } from './gaps.ts'

/** A minute of the time axis, with or without a bar: time runs evenly and nothing moves when a bar comes. */
export type Slot = { readonly time: number; readonly bar: Bar | undefined; readonly isOpening: boolean; readonly split?: number }
export type Change = { readonly before: Slot; readonly after: Slot }

export const slotsOf = (sessions: readonly ChartSession[]): readonly Slot[] =>
  sessions.flatMap((session) => {
    const bars = new Map(session.bars.map((bar) => [bar.time, bar]))
    return minutesOf(session).map((time) => ({
      time,
      bar: bars.get(time),
      isOpening: time === session.opensAt,
      ...(time === session.opensAt && session.split !== undefined && { split: session.split }),
    }))
  })

/** What differs between two readings of the same sessions. */
export const changesOf = (before: readonly Slot[], after: readonly Slot[]): readonly Change[] =>
  before.flatMap((slot, index) => {
    const next = after[index]
    return next === undefined || sameBar(slot.bar, next.bar) ? [] : [{ before: slot, after: next }]
  })

export const newestWithBar = (slots: readonly Slot[]): number => slots.findLastIndex(({ bar }) => bar !== undefined)
