import { resolve } from 'node:path'
import { createClient } from '@supabase/supabase-js'
import { PATIENCE_MS } from '../../local/patience.ts'
import { startSupabase, type RunningSupabase } from '../../local/supabase/start-supabase.ts'
import { supabaseStore } from '../../shared/adapters/supabase.ts'
import type { Indicators, Store } from './store-setup.ts'
import { toIndicators } from './stored-indicators.ts'

export const MIGRATIONS = resolve(import.meta.dirname, '../../supabase/migrations')
export const KEYS = { publishable: 'sb_publishable_test', secret: 'sb_secret_test' }

export const startEmbedded = (dataDir?: string): Promise<RunningSupabase> =>
  startSupabase({ dataDir, port: 0, migrationsDir: MIGRATIONS, keys: KEYS })

export const storeAt = (url: string): Store => supabaseStore({ url, secretKey: KEYS.secret, timeoutMs: PATIENCE_MS })

/** The rows of a table as the holder of `key` sees them, first thousand. */
export const clientAt = (url: string, key: string) =>
  createClient(url, key, { auth: { autoRefreshToken: false, persistSession: false, detectSessionInUrl: false } })

/** What is stored of a ticker's indicators, oldest first. */
export const storedIndicators = async (url: string, ticker: string): Promise<readonly Indicators[]> => {
  const { data, error } = await clientAt(url, KEYS.secret).from('indicators').select('*').eq('ticker', ticker).order('timestamp')
  if (error !== null) throw new Error(error.message)
  return data.map(toIndicators)
}
