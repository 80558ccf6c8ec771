import { once } from 'node:events'
import { basename, dirname, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Service, ServiceAnswer } from '../http/service.ts'
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts'

export type StartSupabase = {
  /** Where the database lives; when undefined, in a folder that goes with it. One process at a time may use it. */
  readonly dataDir: string | undefined
  /** 0, or a port that is taken: any free one. */
  readonly port: number
  /** The `supabase/migrations` folder of the project. Pending ones are applied on every start. */
  readonly migrationsDir: string
  /** `sb_publishable_…` acts as anon, `sb_secret_…` as service_role; any other key is refused. */
  readonly keys: { readonly publishable: string; readonly secret: string }
}

export type RunningSupabase = {
  readonly url: string
  readonly port: number
  /** The REST interface without HTTP. */
  readonly service: Service
  readonly stop: () => Promise<void>
}

/**
 * The embedded Supabase: PGlite behind the REST interface, on 127.0.0.1. It runs in a thread of this process, so that it
 * ends with it (two processes on one data directory would corrupt it) and does not hold up the caller.
 * @throws when the database cannot be opened or a migration fails
 */
export const startSupabase = async ({ dataDir, port, migrationsDir, keys }: StartSupabase): Promise<RunningSupabase> => {
  const supabaseDir = dirname(resolve(migrationsDir))
  if (basename(supabaseDir) !== 'supabase' || basename(migrationsDir) !== 'migrations') {
    throw new Error(`the migrations folder must be called supabase/migrations, not ${migrationsDir}`)
  }
  const { NODE_OPTIONS: _, ...env } = process.env
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: { dataDir: dataDir && resolve(dataDir), port, keys, projectRoot: dirname(supabaseDir) },
    // Preloads of the parent, such as a simulated clock, stay out of the thread.
    execArgv: [],
    env: { ...env, DO_NOT_TRACK: '1' },
    // Every refused query is printed there with its parameters; the caller gets the error anyway.
    stdout: true,
    stderr: true,
  })
  worker.stdout.resume()
  worker.stderr.resume()
  const [bound] = await once(worker, 'message')
  const asked = new Map<number, PromiseWithResolvers<ServiceAnswer>>()
  let count = 0
  worker.on('message', ({ id, answer }: WorkerAnswer) => {
    if (answer === undefined) asked.get(id)?.reject(new Error('the database broke off'))
    else asked.get(id)?.resolve({ ...answer, body: Buffer.from(answer.body) })
    asked.delete(id)
  })
  worker.on('exit', () => {
    for (const { reject } of asked.values()) reject(new Error('the database has stopped'))
  })
  return {
    url: `http://127.0.0.1:${bound}`,
    port: Number(bound),
    service: (request) => {
      const pending = Promise.withResolvers<ServiceAnswer>()
      const id = ++count
      asked.set(id, pending)
      worker.postMessage({ id, request } satisfies WorkerRequest)
      return pending.promise
    },
    stop: async () => {
      const ended = once(worker, 'exit')
      worker.postMessage('stop')
      await ended
    },
  }
}
