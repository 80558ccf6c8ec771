import { parentPort, workerData } from 'node:worker_threads'
import { App } from '@supabase/lite'
import { applyPendingMigrations } from '@supabase/lite/cli'
import { createPgliteConnection } from '@supabase/lite/pglite'
import * as z from 'zod'
import { serveFetch } from './serve-fetch.ts'

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

const connection = await createPgliteConnection({ url: settings.dataDir ?? 'memory://' })
const app = new App({
  connection,
  auth: { enabled: false, publishable_key: settings.keys.publishable, secret_key: settings.keys.secret },
})
await applyPendingMigrations(app)
const server = await serveFetch((request) => app.fetch(request), settings.port)

const stop = async (): Promise<never> => {
  await server.close()
  await connection.close()
  process.exit()
}

parentPort?.once('message', () => void stop())
parentPort?.postMessage(server.port)
