import { describe, expect, it } from 'vitest'
import { simulatedClock } from '../../local/clock/simulated-clock.ts'
import { freshRunState } from '../../local/run-state.ts'
import type { Span } from '../../local/spans.ts'
import type { QueueDepth } from '../../local/stack/sqs.ts'
import { timetable, type TimetableOptions } from '../../local/timetable.ts'
import { EMPTY } from '../fakes/stack-sqs.ts'

const HOUR = 3_600_000
const span = (startsAt: number, endsAt: number): Span => ({ tickers: ['QQQ'], sessions: [], startsAt, endsAt })
const FIRST = span(1000 * HOUR, 1100 * HOUR)
const SECOND = span(2000 * HOUR, 2100 * HOUR)

const setup = (
  now: number,
  options: {
    readonly spans?: readonly Span[]
    readonly once?: boolean
    readonly depth?: Partial<QueueDepth>
    readonly script?: TimetableOptions['script']
  } = {},
) => {
  const clock = simulatedClock(now, 'max')
  const state = freshRunState('a market', now)
  const said: string[] = []
  const table = timetable({
    market: { spans: options.spans ?? [FIRST, SECOND] },
    state,
    clock,
    sqs: { depth: () => ({ ...EMPTY, ...options.depth }) },
    queues: ['jobs'],
    once: options.once ?? true,
    script: options.script,
    say: (line) => void said.push(line),
  })
  return { table, clock, state, said }
}

describe('the timetable of a run', () => {
  it('goes to the next event', () => {
    const { table } = setup(FIRST.startsAt)
    expect(table.next(FIRST.startsAt + 5)).toBe(FIRST.startsAt + 5)
    expect(table.next(FIRST.endsAt)).toBe(FIRST.endsAt)
  })

  it('goes on by the hour when nothing is known to come', () => {
    expect(setup(FIRST.startsAt).table.next(undefined)).toBe(FIRST.startsAt + HOUR)
  })

  it('never ends with the generated market', () => {
    expect(setup(FIRST.startsAt, { spans: [] }).table.next(FIRST.endsAt + 999 * HOUR)).toBe(FIRST.endsAt + 999 * HOUR)
  })

  it('jumps over a long closed time, and says so', () => {
    const { table, clock, state, said } = setup(FIRST.endsAt - HOUR)
    expect(table.next(FIRST.endsAt + 1)).toBe('jump')
    expect([clock.now(), state.span]).toEqual([SECOND.startsAt, 1])
    expect(said).toEqual(['The market is closed for long: from 1970-02-15T19:00:00.000Z to 1970-03-25T08:00:00.000Z.'])
  })

  it('stops at the end of the last span', () => {
    const { table, clock } = setup(FIRST.endsAt - HOUR, { spans: [FIRST] })
    expect(table.next(FIRST.endsAt + 1)).toBe('stop')
    expect(clock.now()).toBe(FIRST.endsAt)
  })

  it('goes on after the last span unless the run is to end', () => {
    expect(setup(FIRST.endsAt, { spans: [FIRST], once: false }).table.next(FIRST.endsAt + 1)).toBe(FIRST.endsAt + 1)
  })

  it.each([{ visible: 1 }, { inFlight: 1 }, { delayed: 1 }])('waits for the messages that are left: %o', (depth) => {
    expect(setup(FIRST.endsAt, { depth }).table.next(FIRST.endsAt + 1)).toBe(FIRST.endsAt + 1)
  })

  it('waits a day for them and no longer', () => {
    expect(setup(FIRST.endsAt + 24 * HOUR - 1, { depth: { visible: 1 } }).table.next(FIRST.endsAt + 24 * HOUR)).toBe(
      FIRST.endsAt + 24 * HOUR,
    )
    expect(setup(FIRST.endsAt + 24 * HOUR, { depth: { visible: 1 } }).table.next(FIRST.endsAt + 24 * HOUR + 1)).toBe('jump')
  })

  describe('with a script', () => {
    const script = (next: number | undefined, last: number) => ({ nextDueAt: () => next, lastAt: () => last })

    it('goes to its next entry when nothing else is due before', () => {
      const options = { script: script(FIRST.startsAt + 5, FIRST.startsAt + 5) }
      expect(setup(FIRST.startsAt, options).table.next(FIRST.startsAt + 9)).toBe(FIRST.startsAt + 5)
      expect(setup(FIRST.startsAt, options).table.next(FIRST.startsAt + 3)).toBe(FIRST.startsAt + 3)
    })

    it('plays an entry that lies in a long closed time before it jumps', () => {
      const at = FIRST.endsAt + 7 * HOUR
      expect(setup(FIRST.endsAt, { script: script(at, at) }).table.next(FIRST.endsAt + 9 * HOUR)).toBe(at)
      expect(setup(at, { script: script(undefined, at) }).table.next(at + HOUR)).toBe('jump')
    })

    it('ends two days after its last entry when that is later than the last close', () => {
      const at = FIRST.endsAt - HOUR
      const { table, clock } = setup(at + 47 * HOUR, { spans: [FIRST], script: script(undefined, at) })
      expect(table.next(at + 48 * HOUR)).toBe(at + 48 * HOUR)
      expect(table.next(at + 48 * HOUR + 1)).toBe('stop')
      expect(clock.now()).toBe(at + 48 * HOUR)
    })
  })
})
