import * as z from 'zod/mini'
import { Text } from './instants.ts'

/** Something that is held against a ticker, decided by repeated evidence. `date`: a session that was taken for closed. */
export type HeldVerdict = {
  readonly ticker: string
  readonly kind: 'unknown_symbol' | 'refused_data' | 'refused_request' | 'silence'
  readonly date: string | undefined
}
export const HeldVerdicts = z.array(
  z.pipe(
    z.object({
      ticker: z.string(),
      kind: z.enum(['unknown_symbol', 'refused_data', 'refused_request', 'silence']),
      session_date: Text,
    }),
    z.transform((row): HeldVerdict => ({ ticker: row.ticker, kind: row.kind, date: row.session_date?.slice(0, 10) })),
  ),
)
