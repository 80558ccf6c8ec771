import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { faultBoard } from '../../local/faults/fault-board.ts'
import { faultDesk } from '../../local/faults/fault-desk.ts'
import { functionFaults } from '../../local/faults/function-faults.ts'
import { readPlay } from '../../local/script/entry.ts'
import type { FaultSetting } from '../../local/schwab/faults/fault.ts'
import { seededRandom } from '../../local/schwab/seeded-random.ts'

const NOON = Date.parse('2019-02-12T17:00:00Z')

const boardAt = (file?: string) => {
  const clock = { now: NOON }
  return { clock, board: faultBoard({ file, clock: () => clock.now, random: seededRandom(3) }) }
}

describe('the board of the stack’s faults', () => {
  let dir: string
  beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'faults-'))))
  afterAll(() => rmSync(dir, { recursive: true }))

  it('plays a fault until its time of the simulated clock', () => {
    const { board, clock } = boardAt()
    board.set({ fault: 'events-down', until: NOON + 1000 })
    expect(board.play('events-down')).toBeDefined()
    clock.now += 1000
    expect([board.play('events-down'), board.find('events-down'), board.list()]).toEqual([undefined, undefined, []])
  })

  it('plays a fault so many times, of which looking is none, nor a case that does not apply', () => {
    const { board } = boardAt()
    board.set({ fault: 'secret', kind: 'missing', times: 2 })
    board.find('secret')
    board.play('secret', ({ kind }) => kind === 'malformed')
    expect([1, 2, 3].map(() => board.play('secret') !== undefined)).toEqual([true, true, false])
  })

  it('plays a fault in its share of the cases', () => {
    const { board } = boardAt()
    board.set({ fault: 'events-down', rate: 0.25 })
    const played = Array.from({ length: 400 }, () => board.play('events-down')).filter((fault) => fault !== undefined).length
    expect(played).toBeGreaterThan(60)
    expect(played).toBeLessThan(140)
  })

  it('goes on where a killed stack was, with what has been played', () => {
    const file = join(dir, 'kept.json')
    const first = boardAt(file).board
    first.set({ fault: 'supabase', mode: 'slow', seconds: 2, until: NOON + 60_000 })
    first.set({ fault: 'sqs-send-partial', times: 3 })
    first.set({ fault: 'events-down' })
    first.clear('events-down')
    first.play('sqs-send-partial')
    const { board, clock } = boardAt(file)
    expect(board.list().map(({ fault, played }) => [fault, played])).toEqual([
      [{ fault: 'supabase', mode: 'slow', seconds: 2, until: NOON + 60_000 }, 0],
      [{ fault: 'sqs-send-partial', times: 3 }, 1],
    ])
    expect([1, 2, 3].map(() => board.play('sqs-send-partial') !== undefined)).toEqual([true, true, false])
    clock.now += 60_000
    expect(board.play('supabase')).toBeUndefined()
    expect(boardAt(file).board.find('sqs-send-partial')).toBeUndefined()
  })

  it('says which file it cannot read', () => {
    const file = join(dir, 'broken.json')
    writeFileSync(file, '{')
    expect(() => boardAt(file)).toThrow(file)
  })
})

describe('the desk', () => {
  const desk = () => {
    const schwab: FaultSetting[] = []
    const { board } = boardAt()
    const control = {
      play: (setting: FaultSetting) => void schwab.push(setting),
      clear: (name: string) => void schwab.push({ fault: 'expire-access', times: name.length }),
      clearAll: () => void schwab.splice(0),
      faults: () => [{ fault: 'late-bar' as const, seconds: 20, until: NOON }],
    }
    return { schwab, board, desk: faultDesk({ schwab: control, board, clock: () => NOON }) }
  }
  const read = (fields: Record<string, string>) => {
    const result = readPlay(fields)
    if ('mistakes' in result || result.play.kind !== 'fault') throw new Error(JSON.stringify(result))
    return result.play.fault
  }

  it('gives each fault to its side, with its end counted from the given time', () => {
    const { desk: hand, schwab, board } = desk()
    hand.play(read({ fault: 'token-endpoint', answer: '500', for: '20m' }), NOON - 60_000)
    hand.play(read({ fault: 'supabase', for: '1h' }))
    hand.play(read({ fault: 'revoke-refresh' }))
    expect(schwab).toEqual([
      { fault: 'token-endpoint', answer: '500', seconds: 30, until: NOON + 19 * 60_000 },
      { fault: 'revoke-refresh', body: 'schwab' },
    ])
    expect(board.find('supabase')?.until).toBe(NOON + 3_600_000)
  })

  it('shows and clears the faults of both sides', () => {
    const { desk: hand, board } = desk()
    hand.play(read({ fault: 'events-down', times: '2' }))
    expect(hand.list()).toEqual([
      { fault: 'late-bar', seconds: 20, until: '2019-02-12T17:00:00.000Z' },
      { fault: 'events-down', times: 2 },
    ])
    hand.clear('events-down')
    expect(board.list()).toEqual([])
    hand.play(read({ fault: 'kill-function', name: 'writer', await: 'supabase.put_indicators' }))
    expect(hand.list().at(-1)).toEqual({
      fault: 'kill-function',
      name: 'writer',
      times: 1,
      await: 'supabase.put_indicators',
      when: 'after',
    })
    hand.play(read({ fault: 'kill-function', name: 'writer', after: '0.3s' }))
    expect(hand.list().at(-1)).toEqual({ fault: 'kill-function', name: 'writer', times: 1, after: '300ms' })
  })
})

describe('faults of the functions', () => {
  const started = (functionName = 'alpha-kite-pipeline-prod-fetcher') => {
    const { board } = boardAt()
    const faults = functionFaults(board)
    const kills: string[] = []
    const begin = (id: string, name = functionName) => faults.watch.begin({ id, functionName: name, kill: () => void kills.push(id) })
    const call = (environment: string | undefined, phase: 'before' | 'after' = 'after', operation = 'SendMessageBatch') =>
      faults.onCall({ service: 'sqs', operation, phase, environment })
    return { board, faults, kills, begin, call }
  }
  const AWAIT = { service: 'sqs', operation: 'SendMessageBatch', phase: 'after' } as const

  it('kill the process that makes the named call, once, and cut the call', () => {
    const { board, kills, begin, call } = started()
    begin('fetcher-1')
    begin('fetcher-2')
    begin('writer-1', 'alpha-kite-pipeline-prod-writer')
    board.set({ fault: 'kill-function', name: 'fetcher', moment: AWAIT, times: 1 })
    expect([call('writer-1'), call(undefined), call('fetcher-2', 'before'), call('fetcher-2', 'after', 'SendMessage')]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect([call('fetcher-2'), call('fetcher-1')]).toEqual(['cut', undefined])
    expect(kills).toEqual(['fetcher-2'])
  })

  it('spare a process whose event has ended', () => {
    const { board, kills, begin, call } = started()
    board.set({ fault: 'kill-function', name: 'fetcher', moment: AWAIT })
    begin('fetcher-1')()
    expect([call('fetcher-1'), kills]).toEqual([undefined, []])
  })

  it('kill a process so long after the start of an event that lasts so long, of which only that one counts', () => {
    vi.useFakeTimers()
    try {
      const { board, kills, begin } = started()
      board.set({ fault: 'kill-function', name: 'fetcher', moment: { afterMs: 300 }, times: 1 })
      const end = begin('fetcher-1')
      vi.advanceTimersByTime(200)
      end()
      begin('writer-1', 'alpha-kite-pipeline-prod-writer')
      begin('fetcher-2')
      vi.advanceTimersByTime(299)
      expect(kills).toEqual([])
      vi.advanceTimersByTime(1)
      expect(kills).toEqual(['fetcher-2'])
      begin('fetcher-3')
      vi.advanceTimersByTime(1000)
      expect(kills).toEqual(['fetcher-2'])
    } finally {
      vi.useRealTimers()
    }
  })

  it('put the clocks ahead or behind, so often as asked', () => {
    const { board, faults } = started()
    board.set({ fault: 'clock-skew', seconds: -90, times: 2 })
    expect([1, 2, 3].map(() => faults.watch.skewMs())).toEqual([-90_000, -90_000, 0])
  })
})
