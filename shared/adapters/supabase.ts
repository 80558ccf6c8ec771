import type {
  CandleStore,
  CoverageBook,
  Leases,
  LoginStates,
  Notices,
  RequestBudget,
  StatusBoard,
  TokenBook,
  VerdictBook,
} from '../ports.ts'
import { supabaseBoard } from './supabase-board.ts'
import { supabaseCandleStore } from './supabase-candles.ts'
import { supabaseCoverageBook, supabaseRequestBudget } from './supabase-coverage.ts'
import { supabaseLeases } from './supabase-leases.ts'
import { supabaseLoginStates } from './supabase-login-states.ts'
import { supabaseNotices } from './supabase-notices.ts'
import { supabaseRpc, type Rpc, type SupabaseOptions } from './supabase-rpc.ts'
import { supabaseTokenBook } from './supabase-token.ts'
import { supabaseVerdicts } from './supabase-verdicts.ts'

/** The database in all its parts. */
export type Store = CoverageBook & RequestBudget & CandleStore & Leases & Notices & TokenBook & LoginStates & StatusBoard & VerdictBook

/** Every call fails with StoreUnavailable (try again) or StoreRejected (never will). */
export const supabaseStore = (options: SupabaseOptions): Store => storeOver(supabaseRpc(options))

/** The database behind any way of calling its functions. */
export const storeOver = (rpc: Rpc): Store => ({
  ...supabaseCoverageBook(rpc),
  ...supabaseRequestBudget(rpc),
  ...supabaseCandleStore(rpc),
  ...supabaseLeases(rpc),
  ...supabaseNotices(rpc),
  ...supabaseTokenBook(rpc),
  ...supabaseLoginStates(rpc),
  ...supabaseBoard(rpc),
  ...supabaseVerdicts(rpc),
})
