import { REALTIME_SUBSCRIBE_STATES, type SupabaseClient } from '@supabase/supabase-js'

/** What has changed in the database: bars of the chosen ticker, or how the pipeline is. */
export type Changed = 'chart' | 'status'

export type Subscription = {
  /** Listens to the bars of this ticker, and no longer to another's. */
  readonly follow: (ticker: string) => void
  /** Whether changes of both are being told at the moment; else somebody has to ask. */
  readonly isLive: () => boolean
}

const STATUS_TABLES = ['pipeline_minutes', 'pipeline_status', 'outages'] as const
const CHART_TABLES = ['equity_data', 'indicators'] as const

/**
 * Supabase's word that something has changed. Only that it has: what, is read in the same way as without it.
 * @see https://supabase.com/docs/guides/realtime/postgres-changes
 */
export const realtime = (client: Pick<SupabaseClient, 'channel' | 'removeChannel'>, onChange: (changed: Changed) => void): Subscription => {
  let statusLive = false
  let barsLive = false
  let followed: string | undefined
  let bars: ReturnType<SupabaseClient['channel']> | undefined
  const status = client.channel('pipeline')
  for (const table of STATUS_TABLES) status.on('postgres_changes', { event: '*', schema: 'public', table }, () => onChange('status'))
  status.subscribe((state) => {
    statusLive = state === REALTIME_SUBSCRIBE_STATES.SUBSCRIBED
    // What happened while nobody listened.
    if (statusLive) onChange('status')
  })
  return {
    isLive: () => statusLive && barsLive,
    follow: (ticker) => {
      if (ticker === followed) return
      followed = ticker
      barsLive = false
      if (bars !== undefined) void client.removeChannel(bars)
      const next = client.channel(`bars of ${ticker}`)
      for (const table of CHART_TABLES)
        next.on('postgres_changes', { event: '*', schema: 'public', table, filter: `ticker=eq.${ticker}` }, () => onChange('chart'))
      bars = next.subscribe((state) => {
        // The last word of a channel that was left is none of the present one.
        if (ticker !== followed) return
        barsLive = state === REALTIME_SUBSCRIBE_STATES.SUBSCRIBED
        if (barsLive) onChange('chart')
      })
    },
  }
}
