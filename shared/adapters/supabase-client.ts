import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import * as z from 'zod'
import { StoreRejected, StoreUnavailable } from '../domain/errors.ts'

export type SupabaseOptions = {
  readonly url: string
  readonly secretKey: string
  /** For a whole call, milliseconds. */
  readonly timeoutMs: number
}

/** A client without sessions, refreshing or sockets: nothing stays open between two invocations. */
export const supabaseClient = ({ url, secretKey, timeoutMs }: SupabaseOptions): SupabaseClient =>
  createClient(url, secretKey, {
    auth: { autoRefreshToken: false, persistSession: false, detectSessionInUrl: false },
    db: { timeout: timeoutMs },
  })

/**
 * Calls a function of the database and checks its answer.
 * Fails with StoreUnavailable when it may work later, with StoreRejected when the same call will be refused again.
 */
export const callRpc = async <Schema extends z.ZodType>(
  client: SupabaseClient,
  name: string,
  args: object,
  answer: Schema,
): Promise<z.output<Schema>> => {
  const { data, error, status } = await client.rpc(name, args)
  if (error !== null) throw failure(name, status, error.code)
  const result = answer.safeParse(data)
  if (!result.success)
    throw new StoreRejected(`${name} answered in a shape that this version does not know: are all migrations applied?`, {
      cause: result.error,
    })
  return result.data
}

/**
 * Class 22 (data), 23 (constraints), 42 (no such function or column) of SQLSTATE and 21000 are the caller's; the rest may pass.
 * The embedded Supabase answers a broken constraint with its own code SUP.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const failure = (name: string, status: number, code: string | undefined): StoreUnavailable | StoreRejected => {
  const words = `${name} failed with status ${status}${code === undefined || code === '' ? '' : `, code ${code}`}`
  return /^(2[123]|42|SUP)/.test(code ?? '') ? new StoreRejected(words) : new StoreUnavailable(words)
}
