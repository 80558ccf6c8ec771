import * as z from 'zod/mini'
import { Instant, Later } from './instants.ts'

export type SessionTimes = { readonly date: string; readonly opensAt: number; readonly closesAt: number }
/** What the scheduler works for: the tickers of pipeline.yml, and the sessions of its horizon by its calendar, oldest first. */
export type Schedule = {
  readonly tickers: readonly string[]
  readonly sessions: readonly SessionTimes[]
  readonly nextOpensAt: number | undefined
}
const ScheduleStatus = z.pipe(
  z.object({ tickers: z.array(z.string()), sessions: z.array(z.tuple([z.string(), Instant, Instant])), nextOpensAt: Later }),
  z.transform(({ tickers, sessions, nextOpensAt }): Schedule => ({
    tickers,
    sessions: sessions.map(([date, opensAt, closesAt]) => ({ date, opensAt, closesAt })),
    nextOpensAt,
  })),
)

/** What token-keeper says of the token. */
export type TokenStatus = {
  readonly state: 'alive' | 'expiring' | 'dead' | 'missing'
  readonly accessExpiresAt: number | undefined
  readonly refreshExpiresAt: number | undefined
}
const TokenRow = z.pipe(
  z.object({ state: z.enum(['alive', 'expiring', 'dead', 'missing']), accessExpiresAt: Later, refreshExpiresAt: Later }),
  z.transform((row): TokenStatus => row),
)

/** The two lines of `pipeline_status` that the page shows; undefined while nobody has written them. */
export const Statuses = z.pipe(
  z.array(z.object({ component: z.string(), status: z.unknown() })),
  z.transform((rows) => {
    const status = (component: string): unknown => rows.find((row) => row.component === component)?.status
    return { schedule: ScheduleStatus.safeParse(status('scheduler')).data, token: TokenRow.safeParse(status('token')).data }
  }),
)
