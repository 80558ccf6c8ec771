import * as z from 'zod/mini'
import { Instant, Later } from './instants.ts'

export type SessionTimes = { readonly date: string; readonly opensAt: number; readonly closesAt: number }
/** What the scheduler works for: the tickers of pipeline.yml, and the sessions of its horizon by its calendar, oldest first. */
export type Schedule = {
  readonly tickers: readonly string[]
  readonly sessions: readonly SessionTimes[]
  readonly nextOpensAt: number | undefined
  /** Each ticker is visited so often. */
  readonly cadenceMinutes: number
}
const ScheduleStatus = z.pipe(
  z.object({
    tickers: z.array(z.string()),
    sessions: z.array(z.tuple([z.string(), Instant, Instant])),
    nextOpensAt: Later,
    cadenceMinutes: z.number(),
  }),
  z.transform(({ tickers, sessions, ...rest }): Schedule => ({
    tickers,
    sessions: sessions.map(([date, opensAt, closesAt]) => ({ date, opensAt, closesAt })),
    ...rest,
  })),
)

/** What token-keeper says of the token. */
export type TokenStatus = {
  readonly state: 'alive' | 'expiring' | 'dead' | 'missing'
  readonly accessExpiresAt: number | undefined
  readonly refreshExpiresAt: number | undefined
  /** When token-keeper wrote this: at each change, and every hour. */
  readonly reportedAt: number
}
const TokenRow = z.pipe(
  z.object({ state: z.enum(['alive', 'expiring', 'dead', 'missing']), accessExpiresAt: Later, refreshExpiresAt: Later }),
  z.transform((row): Omit<TokenStatus, 'reportedAt'> => row),
)

/** The two lines of `pipeline_status` that the page shows; undefined while nobody has written them. */
export const Statuses = z.pipe(
  z.array(z.object({ component: z.string(), status: z.unknown(), updated_at: Instant })),
  z.transform((rows) => {
    const found = (component: string) => rows.find((row) => row.component === component)
    const token = TokenRow.safeParse(found('token')?.status).data
    const reportedAt = found('token')?.updated_at
    return {
      schedule: ScheduleStatus.safeParse(found('scheduler')?.status).data,
      token: token === undefined || reportedAt === undefined ? undefined : { ...token, reportedAt },
    }
  }),
)
