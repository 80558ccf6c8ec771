import type { Writable } from 'node:stream'
import { OutputClosed, type Print } from './command.ts'

/** Prints to a stream, one piece at a time. A pipe whose reader has left fails with OutputClosed. */
export const printTo = (stream: Writable): Print => {
  // Each write reports its own failure; without a listener the same failure would also end the process.
  stream.on('error', () => {})
  return (text) =>
    new Promise((resolve, reject) => {
      stream.write(text, (error) => {
        if (error === undefined || error === null) resolve()
        else reject('code' in error && error.code === 'EPIPE' ? new OutputClosed('the reader has left', { cause: error }) : error)
      })
    })
}
