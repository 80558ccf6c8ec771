import { DatabaseSync } from 'node:sqlite'

/**
 * fauxqs opens its database so that every change waits for the disk, a quarter of a replay's time. What survives the process
 * is enough here, so the databases that are opened meanwhile leave the waiting to the system.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export const withoutWaitingForTheDisk = async <Started>(start: () => Promise<Started>): Promise<Started> => {
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this` below
  const { exec } = DatabaseSync.prototype
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
    exec.call(this, sql)
    if (/journal_mode/i.test(sql)) exec.call(this, 'pragma synchronous = normal')
  }
  try {
    return await start()
  } finally {
    DatabaseSync.prototype.exec = exec
  }
}
