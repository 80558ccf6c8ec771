import type { CandleStore, CoverageBook, RequestBudget } from '../ports.ts'
import { supabaseCandleStore } from './supabase-candles.ts'
import { supabaseCoverageBook, supabaseRequestBudget } from './supabase-coverage.ts'
import { supabaseRpc, type SupabaseOptions } from './supabase-rpc.ts'

/** The database in all its parts. Every call fails with StoreUnavailable (try again) or StoreRejected (never will). */
export const supabaseStore = (options: SupabaseOptions): CoverageBook & RequestBudget & CandleStore => {
  const rpc = supabaseRpc(options)
  return { ...supabaseCoverageBook(rpc), ...supabaseRequestBudget(rpc), ...supabaseCandleStore(rpc) }
}
