import { basename, dirname } from 'node:path'

/** A file of the state directory is not what a run leaves there. */
export class StateDamaged extends Error {
  override readonly name = 'StateDamaged'

  /** @param what is wrong, a clause without any of the file's content */
  constructor(path: string, what: string) {
    super(
      `${path} is damaged: ${what}. A run cannot go on from it. Put back a copy of ${basename(path)} if there is one; ` +
        `else start anew with another --data, or remove ${dirname(path)} with all that the run has stored.`,
    )
  }
}
