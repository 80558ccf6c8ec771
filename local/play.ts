import { HOUR } from '../shared/domain/time.ts'
import { newYorkDate, newYorkTime } from '../shared/domain/new-york.ts'
import type { FaultDesk } from './faults/fault-desk.ts'
import type { Run } from './open-run.ts'
import type { Person } from './person.ts'
import type { Action } from './script/action.ts'
import type { Play } from './script/entry.ts'
import type { StackParts } from './stack/assemble.ts'
import type { Timetable } from './timetable.ts'

export type PlayOptions = {
  readonly run: Run
  readonly table: Timetable
  readonly owner: Person
  readonly desk: Pick<FaultDesk, 'play'>
  readonly act: (action: Action) => Promise<string>
  readonly parts: Pick<StackParts, 'wake' | 'recycle'>
  /** Writes the position of the run. */
  readonly save: () => void
  readonly say: (line: string) => void
}

/** What people and accidents do to the pipeline while the loop runs it. */
export const play = (options: PlayOptions) => {
  const { run, table, owner, parts, save, say } = options
  const { clock, script } = run

  const playEntry = async (what: Play, at: number): Promise<void> => {
    say(`${newYorkDate(at)} ${newYorkTime(at)} New York: ${nameOf(what)}`)
    if (what.kind === 'fault') options.desk.play(what.fault, at)
    else await options.act(what.action)
    parts.wake()
  }

  const afterJump = async (): Promise<void> => {
    run.tickers.write()
    parts.recycle()
    owner.comeBack()
    await owner.look(false)
    parts.wake()
  }

  return {
    /** Before the loop. A run that was killed in the midst of a jump goes on as after it. */
    start: async (): Promise<void> => {
      const spanStart = run.market.spans[run.state.span]?.startsAt ?? -Infinity
      await owner.start(!run.isScripted() || clock.now() - spanStart < HOUR)
    },
    onTurn: async (): Promise<void> => {
      for (let entry = script?.take(clock.now()); entry !== undefined; entry = script?.take(clock.now()))
        await playEntry(entry.what, entry.at)
    },
    onIdle: async (nextDueAt: number | undefined): Promise<number | 'stop'> => {
      save()
      if (await owner.look(!run.isScripted())) {
        parts.wake()
        return clock.now()
      }
      const times = [nextDueAt, owner.nextDueAt()].filter((at) => at !== undefined)
      const next = table.next(times.length === 0 ? undefined : Math.min(...times))
      if (next !== 'jump') return next
      await afterJump()
      return clock.now()
    },
  }
}

const nameOf = (what: Play): string => {
  const { name, settings } =
    what.kind === 'fault'
      ? { name: what.fault.fault.fault, settings: omit(what.fault.fault, 'fault') }
      : { name: what.action.action, settings: omit(what.action, 'action') }
  const details = Object.entries(settings).map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return [name, ...details].join(', ')
}

const omit = (object: object, name: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(object).filter(([key, value]) => key !== name && value !== undefined))
