import { describe, expect, it } from 'vitest'
import { RateLimited, SchwabUnavailable } from '../../shared/domain/errors.ts'
import type { LogEvent } from '../../shared/domain/log-events.ts'
import { describeError, jsonLog } from '../../shared/lambda/log.ts'
import { once } from '../../shared/lambda/once.ts'
import { scheduleHandler } from '../../shared/lambda/schedule-handler.ts'

describe('jsonLog', () => {
  it('writes one line of JSON with the function, the time and flat fields', () => {
    const lines: string[] = []
    const log = jsonLog({ function: 'writer' }, (line) => lines.push(line))
    log('candles_rejected', { count: 3, tickers: ['QQQ'], note: 'two\nlines' })
    log('lambda_invoked')
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true)
    const [first, second] = lines.map((line): unknown => JSON.parse(line))
    expect(first).toEqual({
      event: 'candles_rejected',
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      function: 'writer',
      count: 3,
      tickers: ['QQQ'],
      note: 'two\nlines',
    })
    expect(second).toMatchObject({ event: 'lambda_invoked', function: 'writer' })
  })
})

describe('describeError', () => {
  it('gives the stable code of an expected failure', () => {
    expect(describeError(new RateLimited('429'))).toEqual({ error: 'RATE_LIMITED', message: '429' })
  })

  it('gives the name of a bug and where it is, not what a foreign message says of it', () => {
    const error = new RangeError('not a date:\n    at secret (file:///secret:1:1)')
    const described = describeError(error)
    expect(described).toEqual({ error: 'RangeError', frames: expect.arrayContaining([expect.stringMatching(/log\.test\.ts:\d+:\d+/)]) })
    expect(JSON.stringify(described)).not.toContain('secret')
  })

  it('says which failures lie beneath, since "fetch failed" alone explains nothing', () => {
    const refused = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' })
    const error = new SchwabUnavailable('no connection', { cause: new TypeError('fetch failed', { cause: refused }) })
    expect(describeError(error)).toEqual({ error: 'SCHWAB_UNAVAILABLE', message: 'no connection', cause: 'TypeError < ECONNREFUSED' })
  })

  it('leaves out what foreign failures quote: a header that cannot be sent is quoted with its token (invariant 5)', () => {
    let cause: unknown
    try {
      void new Headers({ authorization: 'Bearer secret-token\nhalf' })
    } catch (error) {
      cause = error
    }
    expect(String(cause)).toContain('secret-token')
    expect(JSON.stringify(describeError(new SchwabUnavailable('no connection', { cause })))).not.toContain('secret-token')
  })

  it('does not quote what was thrown without being an Error', () => {
    expect(JSON.stringify(describeError('secret-token'))).not.toContain('secret-token')
  })
})

describe('scheduleHandler', () => {
  const invoke = async (use: (deps: number) => Promise<string>) => {
    const events: LogEvent[] = []
    const handler = scheduleHandler(
      use,
      () => 7,
      (event) => void events.push(event),
    )
    const result = handler({}, {} as Parameters<typeof handler>[1])
    const settled = await Promise.resolve(result).catch((error: unknown) => error)
    return { settled, events }
  }

  it('gives the result back and says that it is complete', async () => {
    expect(await invoke(async (deps) => `built ${deps}`)).toEqual({
      settled: 'built 7',
      events: ['lambda_invoked', 'lambda_completed_successfully'],
    })
  })

  it('fails when its work fails, so that Lambda counts it, and never calls that success', async () => {
    const error = new SchwabUnavailable('down')
    expect(await invoke(() => Promise.reject(error))).toEqual({ settled: error, events: ['lambda_invoked', 'lambda_failed'] })
  })
})

describe('once', () => {
  it('builds at first use, for all who ask', async () => {
    let built = 0
    const get = once(async () => ++built)
    expect(built).toBe(0)
    expect(await Promise.all([get(), get(), get()])).toEqual([1, 1, 1])
  })

  it('forgets a failure but nothing that was built after it', async () => {
    let built = 0
    const get = once(async () => {
      built += 1
      if (built === 1) throw new Error('down')
      return built
    })
    const first = get().catch(() => get())
    const second = get().catch(() => get())
    expect(await Promise.all([first, second, get().catch(() => get())])).toEqual([2, 2, 2])
    expect(await get()).toBe(2)
  })
})
