import { closeSync, fsyncSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Replaces a file so that after any crash it holds either the old text or the new one, and the new one once this has returned. */
export const replaceDurably = (path: string, text: string): void => {
  const draft = `${path}.draft`
  const file = openSync(draft, 'w', 0o600)
  try {
    writeFully(file, Buffer.from(text))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
  // The rename itself is kept only when the folder is.
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** Replaces a file so that a process killed meanwhile leaves the old text or the new one. */
export const replaceAtOnce = (path: string, text: string): void => {
  writeFileSync(`${path}.draft`, text, { mode: 0o600 })
  renameSync(`${path}.draft`, path)
}

/** Writes all of `bytes`: a single write may take only a part. */
export const writeFully = (file: number, bytes: Buffer): void => {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written)
}
