import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs'
import { replaceDurably, writeFully } from '../durable-file.ts'
import { parseState } from '../state-file.ts'
import { JournalEntry } from './bus-event.ts'

export type EventJournal = {
  /** The entries are on disk when this returns. */
  append(entries: readonly JournalEntry[]): void
  /** The newest `limit` entries, oldest first. */
  recent(limit: number): readonly JournalEntry[]
  close(): void
}

/** A JSON line per event. Holds the newest `keep` entries and up to a quarter more, so that it is not rewritten for each. */
export const openEventJournal = (path: string, keep: number): EventJournal => {
  dropTornLine(path)
  let count = readLines(path).length
  let file = openSync(path, 'a', 0o600)

  const shorten = (): void => {
    const kept = readLines(path).slice(-keep)
    closeSync(file)
    replaceDurably(path, kept.map((line) => `${line}\n`).join(''))
    file = openSync(path, 'a', 0o600)
    count = kept.length
  }

  return {
    append: (entries) => {
      writeFully(file, Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')))
      fsyncSync(file)
      count += entries.length
      if (count > keep * 1.25) shorten()
    },
    recent: (limit) => {
      const lines = readLines(path)
      const first = limit <= 0 ? lines.length : Math.max(0, lines.length - limit)
      return lines.slice(first).map((line, index) => parseState(path, line, JournalEntry, `line ${first + index + 1}: `))
    },
    close: () => closeSync(file),
  }
}

const readLines = (path: string): readonly string[] => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [])

/** A crash in the middle of a write leaves a line without its end: nobody was told that it had been taken. */
const dropTornLine = (path: string): void => {
  if (!existsSync(path)) return
  const bytes = readFileSync(path)
  const whole = bytes.lastIndexOf('\n') + 1
  if (whole === bytes.length) return
  const file = openSync(path, 'r+')
  try {
    ftruncateSync(file, whole)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
