import { describe, expect, it } from 'vitest'
import { chartPath, freshnessHeight, minutePlaces } from '../../dashboard/pipeline/chart-path.ts'
import { edgePath } from '../../dashboard/pipeline/edge-path.ts'
import { eventWords } from '../../dashboard/pipeline/event-words.ts'
import { EDGES, NODES, TALL, WIDE } from '../../dashboard/pipeline/flow-layout.ts'
import { flowState } from '../../dashboard/pipeline/flow-state.ts'
import { depthText, pileBoxes } from '../../dashboard/pipeline/pile.ts'
import { MINUTE } from '../../shared/domain/time.ts'

const minute = Date.parse('2019-02-12T15:42:00Z')
const empty = { visible: 0, inFlight: 0, delayed: 0 }
const line = {
  minute,
  inSession: true,
  freshnessSeconds: 42,
  missing: 0,
  liveJobs: 11,
  fullJobs: 1,
  calls: 10,
  stored: 12,
  queues: { jobs: empty, candles: empty, 'auth-dlq': empty, 'jobs-dlq': empty, 'candles-dlq': empty },
}
const state = (over: Partial<typeof line> = {}, model: object = {}) =>
  flowState({ lines: [{ ...line, ...over }], tokenDead: false, now: minute + MINUTE, allowance: 0, ...model })
const parked = { queues: { ...line.queues, 'auth-dlq': { visible: 200, inFlight: 30, delayed: 10 } } }

describe('the flow', () => {
  it('moves as the newest minute moved', () => {
    const { edgeOf } = state()
    expect(edgeOf('scheduler>jobs')).toEqual({ flow: { count: 12, unit: 'jobs/min' }, mood: 'flowing' })
    expect(edgeOf('fetcher>Schwab')).toEqual({ flow: { count: 10, unit: 'calls/min' }, mood: 'flowing' })
    expect(edgeOf('writer>Supabase')).toEqual({ flow: { count: 12, unit: 'rows/min' }, mood: 'flowing' })
    expect(edgeOf('fetcher>auth-dlq').mood).toBe('idle')
  })

  it('stands still where nothing moved, and says so in numbers', () => {
    expect(state({ stored: 0 }).edgeOf('writer>Supabase')).toEqual({ flow: { count: 0, unit: 'rows/min' }, mood: 'idle' })
  })

  it('is broken at Schwab while the token is dead, and piles up at auth-dlq', () => {
    const dead = state(parked, { tokenDead: true })
    expect(dead.edgeOf('fetcher>Schwab').mood).toBe('broken')
    expect(dead.edgeOf('fetcher>auth-dlq').mood).toBe('trouble')
    expect(dead.depthOf('auth-dlq')).toBe(240)
    expect([dead.isTrouble('auth-dlq'), dead.isTrouble('jobs'), dead.noteOf('ReauthRequired')]).toEqual([true, false, 'waits for a login'])
    expect(dead.sentence).toBe('10:42: the token is dead, 240 jobs are parked until somebody logs in.')
    expect(dead.edgeOf('redriver>jobs').mood).toBe('idle')
  })

  it('goes back through the redriver once somebody has logged in', () => {
    expect(state(parked).edgeOf('redriver>jobs').mood).toBe('flowing')
  })

  it('does not take a queue that nobody counted for an empty one', () => {
    expect([state().depthOf('events-dlq'), state().depthOf('jobs')]).toEqual([undefined, 0])
  })

  it('tells the minute in a sentence', () => {
    expect(state().sentence).toBe('10:42: 12 jobs planned, 10 calls to Schwab, 12 candles stored, nothing is missing.')
    expect(state({ missing: 1200 }).sentence).toContain('1,200 minutes still to fetch')
  })

  it('says since when the scheduler is silent, and moves no more', () => {
    const silent = state({}, { now: minute + 3 * MINUTE + 1 })
    expect([silent.sentence, silent.isSilent]).toEqual(['The scheduler has not reported since 10:42.', true])
    expect([silent.edgeOf('scheduler>jobs').mood, silent.isTrouble('scheduler'), silent.noteOf('scheduler')]).toEqual([
      'idle',
      true,
      'silent',
    ])
    expect(state({}, { now: minute + 3 * MINUTE }).isSilent).toBe(false)
    expect(state({}, { now: minute + 4 * MINUTE, allowance: MINUTE }).isSilent).toBe(false)
    expect(state({}, { now: minute + 24 * 60 * MINUTE }).sentence).toBe('The scheduler has not reported since Tue, Feb 12, 10:42.')
  })

  it('knows nothing before the first line', () => {
    const nothing = state({}, { lines: [] })
    expect(nothing.sentence).toMatch(/^Nothing was recorded yet/)
    expect([nothing.depthOf('jobs'), nothing.edgeOf('writer>Supabase').flow]).toEqual([undefined, undefined])
  })
})

describe('the layout of the flow', () => {
  it('lets every edge run straight between neighbours, wide and tall', () => {
    const place = (id: string) => NODES.find((node) => node.id === id)!
    for (const { from, to } of EDGES) {
      const [a, b] = [place(from), place(to)]
      expect(Math.abs(a.along - b.along) + Math.abs(a.across - b.across), `${from} to ${to}`).toBe(1)
    }
  })

  it('keeps every node within its drawing', () => {
    for (const layout of [WIDE, TALL]) {
      for (const node of NODES) {
        const { x, y, width, height } = layout.boxOf(node)
        expect(x - width / 2 >= 0 && x + width / 2 <= layout.width, node.id).toBe(true)
        expect(y - height / 2 >= 0 && y + height / 2 <= layout.height, node.id).toBe(true)
      }
    }
  })

  it('draws an edge from side to side, with a head at its end or at both', () => {
    const low = { width: 20, height: 10 }
    const one = edgePath({ x: 10, y: 5, ...low }, { x: 70, y: 5, ...low, width: 30 }, false)
    expect([one.line, one.middle, one.isHorizontal]).toEqual(['M20 5L48 5', { x: 37.5, y: 5 }, true])
    const two = edgePath({ x: 10, y: 5, ...low }, { x: 10, y: 65, ...low, height: 20 }, true)
    expect([two.line, two.heads.match(/M/g)?.length, two.isHorizontal]).toEqual(['M10 17L10 48', 2, false])
  })
})

describe('a pile', () => {
  it('is one box for the first message and one more whenever there are half as many again', () => {
    expect([0, 1, 2, 3, 4, 240, 100_000, 1e9].map(pileBoxes)).toEqual([0, 1, 2, 3, 4, 14, 29, 30])
  })

  it('has a number that fits beside it', () => {
    expect([0, 240, 9999, 12_345, 195_000].map(depthText)).toEqual(['0', '240', '9,999', '12K', '195K'])
  })
})

describe('an event', () => {
  it('is told in plain words, with the ticker that it is about', () => {
    expect(eventWords({ at: 0, kind: 'reauth-required', subject: '' })).toBe('Login needed: mail sent')
    expect(eventWords({ at: 0, kind: 'ticker-quarantined', subject: 'ABC' })).toBe('ABC: Unknown to Schwab, set aside for a day')
    expect(eventWords({ at: 0, kind: 'something-new', subject: '' })).toBe('something-new')
  })
})

describe('a chart over the minutes', () => {
  it('draws a skipped night as a quarter of an hour', () => {
    expect(minutePlaces([0, 1, 2, 5, 900].map((at) => at * MINUTE))).toEqual([0, 1, 2, 5, 20])
  })

  it('breaks where there is no value and where minutes are missing', () => {
    expect(chartPath([0, 1, 2, 3], [0, 1, undefined, 0.5], 30, 10)).toBe('M0.0 10.0h0L10.0 0.0M30.0 5.0h0')
    expect(chartPath([0, 5], [0, 0], 10, 10)).toBe('M0.0 10.0h0M10.0 10.0h0')
    expect(chartPath([], [], 10, 10)).toBe('')
  })

  it('shows ninety seconds and two hours on one scale, and no more than its height', () => {
    expect(freshnessHeight(0)).toBe(0)
    expect(freshnessHeight(90)).toBeCloseTo(0.253, 3)
    expect(freshnessHeight(7200)).toBe(1)
    expect(freshnessHeight(100_000)).toBe(1)
  })
})
