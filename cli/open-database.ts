import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { liveEndpoints } from '../local/endpoints.ts'
import { lockStateDir } from '../local/state-lock.ts'
import type { Clock } from '../shared/ports.ts'
import { CommandFailed, type Database } from './command.ts'
import { DEFAULT_DIR, heldByAnother, savedTime } from './find-world.ts'
import { stackClock } from './stack-clock.ts'
import { supabaseReader } from './supabase-reader.ts'

export type OpenOptions = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** The `supabase/migrations` folder of the project. */
  readonly migrationsDir: string
  /** Waits so many milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<unknown>
}

/** Another command that reads the same directory takes some seconds. */
const TRIES = 100
const BETWEEN_TRIES = 300

/**
 * Opens what is to be read: the hosted project of the environment unless a directory is given, else the local stack's state,
 * through the stack while it runs and by itself while it does not. Fails with CommandFailed.
 */
export const openDatabase = async (
  dataDir: string | undefined,
  { env, clock, migrationsDir, pause = setTimeout }: OpenOptions,
): Promise<Database> => {
  const { SUPABASE_URL: url, SUPABASE_SECRET_KEY: secretKey } = env
  if (dataDir === undefined && url && secretKey) return { reader: supabaseReader(url, secretKey), clock, close: nothing }
  const dir = resolve(dataDir ?? DEFAULT_DIR)
  if (!existsSync(join(dir, 'supabase'))) {
    throw new CommandFailed(
      `${dir} is not the state of a local stack: give its --data DIR, or set SUPABASE_URL and SUPABASE_SECRET_KEY for a hosted project`,
    )
  }
  const saved = (): number => savedTime(dir) ?? clock()
  for (let tries = 0; tries < TRIES; tries++) {
    // The lock, not the file of endpoints, says whether somebody has the database open.
    const lock = lockStateDir(dir)
    if (lock !== undefined) return { ...(await openEmbedded(dir, lock.release, migrationsDir)), clock: saved }
    const endpoints = liveEndpoints(dir)
    if (endpoints !== undefined) {
      const { now } = await stackClock(endpoints, { fetch, realClock: clock, saved })
      return { reader: supabaseReader(endpoints.supabase.url, endpoints.supabase.secretKey), clock: now, close: nothing }
    }
    await pause(BETWEEN_TRIES)
  }
  throw new CommandFailed(heldByAnother(dir))
}

const openEmbedded = async (dir: string, release: () => void, migrationsDir: string): Promise<Omit<Database, 'clock'>> => {
  // Loaded only here: it brings a whole Postgres with it.
  const { startSupabase } = await import('../local/supabase/start-supabase.ts')
  const keys = { publishable: 'sb_publishable_kite', secret: 'sb_secret_kite' }
  try {
    const running = await startSupabase({ dataDir: join(dir, 'supabase'), port: 0, migrationsDir, keys })
    return {
      reader: supabaseReader(running.url, keys.secret),
      close: async () => {
        await running.stop()
        release()
      },
    }
  } catch (cause) {
    release()
    throw new CommandFailed(`the database in ${dir} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

const nothing = async (): Promise<void> => {}
