import * as z from 'zod'
import { toIso } from '../domain/time.ts'

/** A time as the functions write it, epoch seconds; epoch milliseconds after parsing. */
export const Seconds = z.number().transform((seconds) => Math.round(seconds * 1000))

/** The same where there may be none. */
export const MaybeSeconds = Seconds.nullable().transform((at) => at ?? undefined)

/** A time that may be unknown, as the functions take it. */
export const isoOrNull = (at: number | undefined): string | null => (at === undefined ? null : toIso(at))
