import { REALTIME_SUBSCRIBE_STATES } from '@supabase/supabase-js'
import { beforeEach, describe, expect, it } from 'vitest'
import { realtime } from '../../dashboard/data/realtime.ts'

type Wish = { readonly table: string; readonly filter?: string }
type Channel = {
  readonly name: string
  readonly wishes: { readonly wish: Wish; readonly tell: () => void }[]
  state: (state: REALTIME_SUBSCRIBE_STATES) => void
}

let channels: Channel[]
let removed: string[]
let told: string[]

/** A client whose channels are only written down. */
const client = () => ({
  channel: (name: string) => {
    const channel: Channel = { name, wishes: [], state: () => {} }
    channels.push(channel)
    const self = {
      on: (_: string, wish: Wish, tell: () => void) => (channel.wishes.push({ wish, tell }), self),
      subscribe: (state: Channel['state'] = () => {}) => ((channel.state = state), { ...self, name }),
    }
    return self
  },
  removeChannel: async ({ name }: { readonly name: string }) => (removed.push(name), 'ok' as const),
})
const open = () => realtime(client() as unknown as Parameters<typeof realtime>[0], (changed) => told.push(changed))

beforeEach(() => {
  channels = []
  removed = []
  told = []
})

describe('what a hosted database tells', () => {
  it('is every change of how the pipeline is', () => {
    open()
    expect(channels[0]?.wishes.map(({ wish }) => wish.table)).toEqual(['pipeline_minutes', 'pipeline_status', 'outages'])
    channels[0]?.wishes[0]?.tell()
    expect(told).toEqual(['status'])
  })

  it('is the bars of the chosen ticker only, and of the next one instead', () => {
    const subscription = open()
    subscription.follow('QQQ')
    subscription.follow('SPY')
    subscription.follow('SPY')
    expect(channels.slice(1).map(({ wishes }) => wishes.map(({ wish }) => `${wish.table} ${wish.filter}`))).toEqual([
      ['equity_data ticker=eq.QQQ', 'indicators ticker=eq.QQQ'],
      ['equity_data ticker=eq.SPY', 'indicators ticker=eq.SPY'],
    ])
    expect(removed).toEqual(['bars of QQQ'])
    channels[2]?.wishes[0]?.tell()
    expect(told).toEqual(['chart'])
  })

  it('is relied on only while it is subscribed, and what was missed before is read', () => {
    const subscription = open()
    expect(subscription.isLive()).toBe(false)
    channels[0]?.state(REALTIME_SUBSCRIBE_STATES.SUBSCRIBED)
    subscription.follow('QQQ')
    expect([subscription.isLive(), told]).toEqual([false, ['status']])
    channels[1]?.state(REALTIME_SUBSCRIBE_STATES.SUBSCRIBED)
    expect([subscription.isLive(), told]).toEqual([true, ['status', 'chart']])
    channels[0]?.state(REALTIME_SUBSCRIBE_STATES.CHANNEL_ERROR)
    expect(subscription.isLive()).toBe(false)
  })

  it('does not hear the last word of bars that it has left', () => {
    const subscription = open()
    channels[0]?.state(REALTIME_SUBSCRIBE_STATES.SUBSCRIBED)
    subscription.follow('QQQ')
    subscription.follow('SPY')
    channels[2]?.state(REALTIME_SUBSCRIBE_STATES.SUBSCRIBED)
    channels[1]?.state(REALTIME_SUBSCRIBE_STATES.CLOSED)
    expect(subscription.isLive()).toBe(true)
  })
})
