import { PostgrestClient } from '@supabase/postgrest-js'
import type * as z from 'zod'
import { StoreUnavailable } from '../domain/errors.ts'
import { storeError } from './supabase-errors.ts'

export type SupabaseOptions = {
  /** `https://<project>.supabase.co` or the embedded server's address. */
  readonly url: string
  /** `sb_secret_…`: acts as service_role. */
  readonly secretKey: string
  /** For a whole call, milliseconds of real time. */
  readonly timeoutMs: number
  readonly fetch?: typeof fetch
}

/** Calls a database function and checks what it returned. Fails with StoreUnavailable or StoreRejected. */
export type Rpc = <Schema extends z.ZodType>(name: string, args: object, result: Schema) => Promise<z.infer<Schema>>

/**
 * A client that keeps nothing open between calls and tries each call once: the queue repeats it. It is the part of supabase-js that
 * talks to the database; logins, files and live channels, four fifths of the whole, would only make a function's start slower.
 */
export const supabaseRpc = ({ url, secretKey, timeoutMs, fetch }: SupabaseOptions): Rpc => {
  const client = new PostgrestClient(`${url.replace(/\/$/, '')}/rest/v1`, {
    headers: { apikey: secretKey, authorization: `Bearer ${secretKey}` },
    ...(fetch !== undefined && { fetch }),
  })
  return async (name, args, schema) => {
    const { data, error, status } = await client.rpc(name, args).retry(false).abortSignal(AbortSignal.timeout(timeoutMs))
    if (error !== null) throw storeError(name, { status, code: status === 0 ? '' : error.code, message: error.message })
    const result = schema.safeParse(data)
    // An answer of another shape comes from a schema that is not migrated yet, or is ahead: nothing is wrong with the message.
    if (!result.success) throw new StoreUnavailable(`${name}: the answer has an unknown shape`)
    return result.data
  }
}
