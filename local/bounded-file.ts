import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

export type BoundedFile = { readonly write: (text: string) => void; readonly close: () => void }

export type BoundedFileOptions = {
  /** Above this the file is set aside as `<path>.1`, which replaces the one before it: so much twice is what may be there. */
  readonly maxBytes: number
  /** The file cannot be written, with the code of the system's error, as ENOSPC. Told once: nothing is written from then on. */
  readonly onGivenUp: (code: string) => void
}

/** A text file that only grows at its end, within bounds. It is for looking at, so it never stands in the way of what writes to it. */
export const boundedFile = (path: string, { maxBytes, onGivenUp }: BoundedFileOptions): BoundedFile => {
  let file: number | undefined
  let bytes = 0

  const open = (): number => {
    const opened = openSync(path, 'a', 0o600)
    bytes = fstatSync(opened).size
    return opened
  }

  const close = (): void => {
    if (file !== undefined) closeSync(file)
    file = undefined
  }

  const orGiveUp = (act: () => void): void => {
    try {
      act()
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      close()
      onGivenUp(String(error.code))
    }
  }

  orGiveUp(() => (file = open()))
  return {
    write: (text) => {
      if (file === undefined) return
      orGiveUp(() => {
        if (bytes > maxBytes) {
          close()
          renameSync(path, `${path}.1`)
          file = open()
        }
        bytes += writeSync(file ?? open(), text)
      })
    },
    close,
  }
}
