import { createHash } from 'node:crypto'

/**
 * The id of the outage that the death of this version opens: whoever finds the death, with or without the database, names it alike.
 * In the form of a UUID. A version that dies again, after somebody had brought it back, gets an id of its own from the database.
 */
export const outageIdOf = (deadVersion: string): string =>
  createHash('sha256')
    .update(`outage of ${deadVersion}`)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
