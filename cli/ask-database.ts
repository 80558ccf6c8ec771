import * as z from 'zod'
import { TokenStateRow } from '../shared/adapters/supabase-token-state.ts'
import type { StoredFunction } from './migrate/declared-functions.ts'
import { networkTrouble } from './network-trouble.ts'

/** Where a Supabase project is and a key of it. `fetch` as Node has it. */
export type DatabaseAccess = { readonly url: string; readonly key: string; readonly fetch: typeof fetch }

/**
 * How a database answered to a key. `migrated`: the key is a secret one and the pipeline's functions are there. `forbidden`: the
 * functions are there, and the key may not call them. `older`: they are of other migrations than this checkout has.
 */
export type DatabaseAnswer =
  | { readonly kind: 'migrated' }
  | { readonly kind: 'older' | 'not_migrated' | 'forbidden' | 'wrong_key' | 'not_supabase' }
  | { readonly kind: 'down'; readonly status: number }
  | { readonly kind: 'unreachable'; readonly why: string }

const TIMEOUT_MS = 15_000

/** Calls a function of the pipeline that changes nothing. The answer is read here and not by supabase-js, which takes a foreign page for silence. */
export const askDatabase = (access: DatabaseAccess): Promise<DatabaseAnswer> =>
  call(access, '/rest/v1/rpc/read_token_state', { method: 'POST', body: '{}' }, (body) =>
    TokenStateRow.safeParse(body).success ? { kind: 'migrated' } : { kind: 'older' },
  )

/** The functions of the schema; undefined where the one that tells is not there, or nothing answers. */
export const readFunctions = async (access: DatabaseAccess): Promise<readonly StoredFunction[] | undefined> => {
  const found: StoredFunction[] = []
  const { kind } = await call(access, '/rest/v1/rpc/read_functions', { method: 'POST', body: '{}' }, (body) => {
    const functions = Functions.safeParse(body)
    if (!functions.success) return { kind: 'older' }
    found.push(...functions.data)
    return { kind: 'migrated' }
  })
  return kind === 'migrated' ? found : undefined
}

const Functions = z.array(z.object({ name: z.string(), body: z.string() }))

/** Selects nothing of a table that the dashboard shows, as the browser does. `migrated`: the key was accepted. */
export const selectAsBrowser = (access: DatabaseAccess): Promise<DatabaseAnswer> =>
  call(access, '/rest/v1/equity_data?select=ticker&limit=0', {}, () => ({ kind: 'migrated' }))

const call = async (
  { url, key, fetch }: DatabaseAccess,
  path: string,
  init: RequestInit,
  accepted: (body: unknown) => DatabaseAnswer,
): Promise<DatabaseAnswer> => {
  const headers = { apikey: key, authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  try {
    // The key goes to this address and to no other.
    const options: RequestInit = { ...init, headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) }
    const response = await fetch(`${url.replace(/\/$/, '')}${path}`, options)
    return answerOf(response.status, jsonOf(await response.text()), accepted)
  } catch (error) {
    return { kind: 'unreachable', why: networkTrouble(error) ?? 'the connection failed' }
  }
}

const Failure = z.object({ code: z.string().catch('') })

const answerOf = (status: number, body: unknown, accepted: (body: unknown) => DatabaseAnswer): DatabaseAnswer => {
  if (status >= 500) return { kind: 'down', status }
  if (body === undefined) return { kind: 'not_supabase' }
  if (status === 200) return accepted(body)
  const { code } = Failure.catch({ code: '' }).parse(body)
  if (code === '42501') return { kind: 'forbidden' }
  if (status === 401 || status === 403) return { kind: 'wrong_key' }
  if (['PGRST202', 'PGRST205', '42883', '42P01'].includes(code)) return { kind: 'not_migrated' }
  return { kind: 'not_supabase' }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
