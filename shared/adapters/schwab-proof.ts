import * as z from 'zod'
import { AccessRefused } from '../domain/errors.ts'
import type { TokenProof } from '../ports.ts'
import { callSchwab, jsonOf, logFailure, type SchwabOptions } from './schwab-call.ts'
import { rateLimited, unavailable } from './schwab-refusals.ts'

/** The most traded fund: what it costs is of no interest, only that an answer comes. */
const PATH = '/marketdata/v1/quotes?symbols=SPY&fields=quote'

/** Any object will do: a market without that symbol still answers for it, under `errors`. */
const Quotes = z.record(z.string(), z.unknown())

/**
 * Asks Schwab for one quote, the cheapest call that needs the same right as price history.
 * Fails with AccessRefused on 401, RateLimited on 429, and SchwabUnavailable on all else that is no quote: an outage proves nothing.
 */
export const schwabProof = (options: SchwabOptions): TokenProof => ({
  prove: async (accessToken) => {
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' }
    const answer = await callSchwab(options, 'quotes', PATH, { headers })
    const now = (options.clock ?? Date.now)()
    if (answer.status === 401) throw new AccessRefused('quotes: Schwab answered 401')
    if (answer.status === 429) throw rateLimited(answer, now)
    if (answer.status !== 200) throw unavailable(answer, 'as in an outage', now)
    if (Quotes.safeParse(jsonOf(answer.body)).success) return
    logFailure(options.log, answer, 'unreadable')
    throw unavailable(answer, 'with a body that is no quote', now)
  },
})
