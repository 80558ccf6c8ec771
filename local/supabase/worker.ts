import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { App } from '@supabase/lite'
import { applyPendingMigrations } from '@supabase/lite/cli'
import { createPgliteConnection } from '@supabase/lite/pglite'
import * as z from 'zod'
import { saveRoundTrips } from './fewer-round-trips.ts'
import { prepareDatabase } from './prepared-database.ts'
import { refuseLaterSchema } from './refuse-later-schema.ts'
import { answerByFetch, serveFetch } from './serve-fetch.ts'
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts'

/** What `startSupabase` hands to its worker thread. */
const Settings = z.object({
  dataDir: z.string().optional(),
  port: z.number(),
  projectRoot: z.string(),
  keys: z.object({ publishable: z.string(), secret: z.string() }),
})

const settings = Settings.parse(workerData)

// The migrations are looked for in supabase/migrations under the working directory. A thread's `process` is its own, so
// the caller's working directory plays no part.
process.cwd = () => settings.projectRoot

const migrationsDir = join(settings.projectRoot, 'supabase/migrations')

const open = async (dataDir: string) => {
  const connection = await createPgliteConnection({ url: dataDir })
  const app = new App({
    connection,
    auth: { enabled: false, publishable_key: settings.keys.publishable, secret_key: settings.keys.secret },
  })
  await refuseLaterSchema(connection.driver, migrationsDir)
  await applyPendingMigrations(app)
  saveRoundTrips(connection.driver)
  return { connection, app }
}

const passing = settings.dataDir === undefined ? mkdtempSync(join(tmpdir(), 'alpha-kite-database-')) : undefined
const dataDir = settings.dataDir ?? join(passing ?? '', 'data')
await prepareDatabase(dataDir, migrationsDir, async (fresh) => (await open(fresh)).connection.close())
const { connection, app } = await open(dataDir)
const server = await serveFetch((request) => app.fetch(request), settings.port)

const stop = async (): Promise<never> => {
  await server.stop()
  await connection.close()
  if (passing !== undefined) rmSync(passing, { recursive: true, force: true })
  process.exit()
}

const answer = async ({ id, request }: WorkerRequest): Promise<void> => {
  const body = Buffer.from(request.body)
  const made = await answerByFetch((asked) => app.fetch(asked), { ...request, body }).catch(() => undefined)
  parentPort?.postMessage((made === undefined ? { id } : { id, answer: made }) satisfies WorkerAnswer)
}

parentPort?.on('message', (message: WorkerRequest | 'stop') => void (message === 'stop' ? stop() : answer(message)))
parentPort?.postMessage(server.port)
