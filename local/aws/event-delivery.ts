import * as z from 'zod'
import { replaceDurably } from '../durable-file.ts'
import { parseState, readState } from '../state-file.ts'
import type { BusEvent, JournalEntry } from './bus-event.ts'

export type OnEvent = (event: BusEvent, busName: string) => void | Promise<void>

export type EventDelivery = {
  /** Hands these on after all that came before them. They are in the journal already. */
  push(entries: readonly JournalEntry[]): void
  /** Hands on what the last run left over; the first `push` does so too. To be called when `onEvent` is ready. */
  resume(): void
  /** Resolves when every entry has been handed on. */
  settled(): Promise<void>
}

/**
 * Hands on the journal's entries in order. Where it has got to is kept in a file: what a crash left over is handed on by
 * the next run, so an event may come twice, as with EventBridge, but none is lost.
 */
export const deliverEvents = ({
  leftFrom,
  cursorPath,
  onEvent,
  onFailure,
}: {
  /** What the journal holds at the start, oldest first. */
  readonly leftFrom: readonly JournalEntry[]
  readonly cursorPath: string
  readonly onEvent: OnEvent
  readonly onFailure: (event: BusEvent, error: unknown) => void
}): EventDelivery => {
  const cursor = readCursor(cursorPath)
  // An unknown cursor has been shortened away: all that is left came after it.
  let waiting: readonly JournalEntry[] = leftFrom.slice(leftFrom.findIndex(({ event }) => event.id === cursor) + 1)
  let last = Promise.resolve()

  const handOn = async ({ bus, event }: JournalEntry): Promise<void> => {
    try {
      await onEvent(event, bus)
    } catch (error) {
      onFailure(event, error)
    }
    replaceDurably(cursorPath, event.id)
  }

  const resume = (): void => {
    const entries = waiting
    waiting = []
    for (const entry of entries) last = last.then(() => handOn(entry))
  }

  const push = (entries: readonly JournalEntry[]): void => {
    waiting = [...waiting, ...entries]
    resume()
  }

  return { push, resume, settled: () => last }
}

/** The id of the last event that was handed on; with another one everything in the journal would be handed on once more, mails included. */
const readCursor = (path: string): string | undefined => {
  const text = readState(path)
  return text === undefined ? undefined : parseState(path, JSON.stringify(text), z.uuid())
}
