import { StoreRejected, StoreTimedOut, StoreUnavailable } from '../domain/errors.ts'

/** How supabase-js reports a failed call. `status` is 0 when no answer came. */
export type RpcFailure = { readonly status: number; readonly code: string; readonly message: string }

/**
 * Says whose fault a failed call was. Rejected: only what the database itself says about the values (cardinality 21, data 22,
 * integrity 23), or a body that the gateway cannot take. Everything else, a refused key and a missing function included, is
 * not the message's fault: it is retried, and heals when the cause is mended.
 *
 * The text of the failure is left out: it may repeat values.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export const storeError = (rpc: string, failure: RpcFailure): StoreRejected | StoreTimedOut | StoreUnavailable => {
  const fact = `${rpc}: ${failure.status === 0 ? 'no answer' : `HTTP ${failure.status}`}${failure.code === '' ? '' : ` ${failure.code}`}`
  // Hosted Supabase ends a statement after eight seconds.
  if (failure.code === QUERY_CANCELED) return new StoreTimedOut(fact)
  return isRejection(failure) ? new StoreRejected(fact) : new StoreUnavailable(fact)
}

const QUERY_CANCELED = '57014'

const isRejection = ({ status, code, message }: RpcFailure): boolean =>
  /^(21|22|23)[0-9A-Z]{3}$/.test(code) || code === 'PGRST102' || status === 413 || (code === EMBEDDED && EMBEDDED_REJECTION.test(message))

/** @supabase/lite answers 500 with this code to errors it has no mapping for: check violations and bad values among them. */
const EMBEDDED = 'SUP'
const EMBEDDED_REJECTION = /violates \S+( \S+)? constraint|invalid input (syntax|value)|out of range|cannot affect row a second time/
