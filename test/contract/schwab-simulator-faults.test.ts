import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SchwabSimulator } from '../../local/schwab/start-schwab.ts'
import {
  asWire,
  errorIn,
  getData,
  historyIn,
  MARKET,
  postToken,
  sessionOn,
  startTestSchwab,
  type TestClock,
  tokenIn,
} from './schwab-simulator-setup.ts'

let schwab: SchwabSimulator
let clock: TestClock
let login: ReturnType<SchwabSimulator['control']['logIn']>
beforeEach(async () => {
  ;({ schwab, clock } = await startTestSchwab())
  login = schwab.control.logIn()
})
afterEach(() => schwab.stop())

const { opensAt } = sessionOn('2026-03-10')
const refresh = () => postToken(schwab.url, { grant_type: 'refresh_token', refresh_token: login.refresh_token })
const get = (query: Record<string, string | number> = {}, token = login.access_token) =>
  getData(
    schwab.url,
    'pricehistory',
    { symbol: 'QQQ', startDate: opensAt, endDate: clock.now, needExtendedHoursData: 'false', ...query },
    token,
  )
const bars = async (query: Record<string, string | number> = {}) => (await historyIn(await get(query))).candles
const truth = (to = clock.now) => asWire(MARKET.bars('QQQ', opensAt, to - 59_999))
const admin = (method: string, path: string, body?: unknown) =>
  fetch(`${schwab.url}/_sim/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

describe('token faults', () => {
  it('expire-access ends the access tokens at once; a refresh brings a good one', async () => {
    schwab.control.play({ fault: 'expire-access' })
    expect((await get()).status).toBe(401)
    expect((await get({}, (await tokenIn(await refresh())).access_token)).status).toBe(200)
    expect(schwab.control.faults()).toEqual([])
  })

  it.each([
    ['schwab', 400, 'refresh_token_authentication_error', true],
    ['broken-json', 400, 'refresh_token_authentication_error', false],
    ['invalid-grant', 400, 'invalid_grant', true],
    ['invalid-client-400', 400, 'invalid_client', true],
    ['invalid-client-401', 401, 'invalid_client', true],
    ['empty', 400, '', false],
    ['not-json', 400, 'Bad Request', false],
  ] as const)('revoke-refresh refuses with the body %s until a new login', async (body, status, words, isJson) => {
    schwab.control.play({ fault: 'revoke-refresh', body })
    const response = await refresh()
    const text = await response.text()
    expect(response.status).toBe(status)
    expect(text).toContain(words)
    const parse = () => JSON.parse(text)
    if (isJson) expect(parse).not.toThrow()
    else expect(parse).toThrow(SyntaxError)
    login = schwab.control.logIn()
    expect((await refresh()).status).toBe(200)
  })

  it('refresh-ok-data-401 hands out tokens that are no good for data', async () => {
    schwab.control.play({ fault: 'refresh-ok-data-401', times: 1 })
    const refused = (await tokenIn(await refresh())).access_token
    expect((await getData(schwab.url, 'quotes', { symbols: 'QQQ' }, refused)).status).toBe(401)
    schwab.control.play({ fault: 'refresh-ok-data-401', times: 1 })
    expect((await get({}, (await tokenIn(await refresh())).access_token)).status).toBe(401)
    expect((await get({}, (await tokenIn(await refresh())).access_token)).status).toBe(200)
  })

  it('refresh-without-… leave a field out', async () => {
    schwab.control.play({ fault: 'refresh-without-expiry', times: 1 })
    expect((await tokenIn(await refresh())).expires_in).toBeUndefined()
    schwab.control.play({ fault: 'refresh-without-refresh-token', times: 1 })
    expect((await tokenIn(await refresh())).refresh_token).toBeUndefined()
    expect(await tokenIn(await refresh())).toMatchObject({ expires_in: 1800, refresh_token: login.refresh_token })
  })
})

describe('endpoint faults', () => {
  it.each([
    ['429', 429],
    ['401', 401],
    ['500', 500],
    ['503', 503],
    ['upstream-timeout', 504],
    ['html-403', 403],
    ['plain-404', 404],
    ['fault', 500],
    ['empty', 200],
  ] as const)('%s is played at the one endpoint only', async (answer, status) => {
    schwab.control.play({ fault: 'data-endpoint', answer })
    expect((await get()).status).toBe(status)
    expect((await getData(schwab.url, 'quotes', { symbols: 'QQQ' }, login.access_token)).status).toBe(status)
    expect((await refresh()).status).toBe(200)
    schwab.control.clearAll()
    schwab.control.play({ fault: 'token-endpoint', answer })
    expect((await refresh()).status).toBe(status)
    expect((await get()).status).toBe(200)
  })

  it.each([
    ['429-retry-after', 429],
    ['503-retry-after', 503],
  ] as const)('%s says how long', async (answer, status) => {
    schwab.control.play({ fault: 'data-endpoint', answer, seconds: 1 })
    const told = await get()
    expect([told.status, told.headers.get('retry-after')]).toEqual([status, '1'])
  })

  it('truncated ends before the promised length, slow comes whole', async () => {
    schwab.control.play({ fault: 'data-endpoint', answer: 'truncated', times: 1 })
    await expect(get().then((response) => response.text())).rejects.toThrow('terminated')
    schwab.control.play({ fault: 'data-endpoint', answer: 'slow', seconds: 0.02, times: 1 })
    expect(await bars()).toEqual(truth())
  })

  it('can be told to strike one symbol', async () => {
    schwab.control.play({ fault: 'data-endpoint', answer: '500', symbols: ['SPY'] })
    expect((await get()).status).toBe(200)
    expect((await get({ symbol: 'SPY' })).status).toBe(500)
  })

  it('end at their time, after their count, and fall at their rate', async () => {
    const statuses = async (count: number) => {
      const seen: number[] = []
      for (let call = 0; call < count; call++) seen.push((await get()).status)
      return seen
    }
    schwab.control.play({ fault: 'data-endpoint', answer: '500', times: 2 })
    expect(await statuses(4)).toEqual([500, 500, 200, 200])
    schwab.control.play({ fault: 'data-endpoint', answer: '500', until: clock.now + 1 })
    expect(await statuses(1)).toEqual([500])
    clock.now++
    expect(await statuses(1)).toEqual([200])
    schwab.control.play({ fault: 'data-endpoint', answer: '500', rate: 0.3 })
    const struck = (await statuses(100)).filter((status) => status === 500).length
    expect(struck).toBeGreaterThan(15)
    expect(struck).toBeLessThan(45)
  })

  it('rate-limit refuses what is over the limit, until the next minute', async () => {
    schwab.control.play({ fault: 'rate-limit', perMinute: 2 })
    expect([(await get()).status, (await get()).status, (await get()).status]).toEqual([200, 200, 429])
    clock.now += 60_000
    expect((await get()).status).toBe(200)
  })
})

describe('bar faults', () => {
  it('late-bar tells the newest bar so many seconds later', async () => {
    schwab.control.play({ fault: 'late-bar', seconds: 20 })
    expect(await bars()).toEqual(truth(clock.now - 60_000))
    clock.now += 20_000
    expect(await bars()).toEqual(truth())
  })

  it('provisional-bar tells the newest bar with other numbers, and the true ones a minute later', async () => {
    schwab.control.play({ fault: 'provisional-bar' })
    const first = clock.now
    const [newest] = (await bars()).slice(-1)
    expect(newest?.datetime).toBe(first - 60_000)
    expect(newest).not.toEqual(truth().at(-1))
    expect((await bars()).slice(0, -1)).toEqual(truth().slice(0, -1))
    clock.now += 60_000
    expect((await bars()).slice(0, -1)).toEqual(truth(first))
  })

  it('restate-bar tells bars with other numbers for so many minutes, the same bars at each call', async () => {
    schwab.control.play({ fault: 'restate-bar', minutes: 20, rate: 0.5 })
    const told = await bars()
    const wrong = told.filter((bar, index) => bar.close !== truth()[index]?.close).map((bar) => bar.datetime)
    expect(wrong.length).toBeGreaterThan(3)
    expect(wrong.length).toBeLessThan(18)
    expect(Math.min(...wrong)).toBeGreaterThan(clock.now - 22 * 60_000)
    expect(await bars()).toEqual(told)
    const end = clock.now
    clock.now += 20 * 60_000
    expect(await bars({ endDate: end - 60_000 })).toEqual(truth(end))
  })

  it('extra-bars adds bars outside the asked range', async () => {
    const range = { startDate: opensAt + 3_600_000, endDate: opensAt + 3_660_000 }
    const asked = await bars(range)
    schwab.control.play({ fault: 'extra-bars', hours: 1 })
    const told = await bars(range)
    expect(told.length).toBeGreaterThan(100)
    expect(told).toEqual(expect.arrayContaining(asked))
  })

  it('shuffled-bars doubles and disorders, but loses none', async () => {
    schwab.control.play({ fault: 'shuffled-bars' })
    const told = await bars()
    expect(told.length).toBeGreaterThan(truth().length)
    const times = told.map((bar) => bar.datetime)
    expect(times).not.toEqual(times.toSorted((a, b) => a - b))
    const each = [...new Map(told.map((bar) => [bar.datetime, bar])).values()].toSorted((a, b) => a.datetime - b.datetime)
    expect(each).toEqual(truth())
  })

  it('bad-bars breaks one bar in each of the known ways', async () => {
    schwab.control.play({ fault: 'bad-bars' })
    const kinds = new Set<string>()
    for (let call = 0; call < 40; call++) {
      const text = await (await get()).text()
      for (const kind of ['"close":null', '"open":"NaN"', '"low":-1', '"datetime":null']) if (text.includes(kind)) kinds.add(kind)
    }
    expect(kinds.size).toBe(4)
  })
})

describe('answers that look right', () => {
  it('stale has the bars up to the moment it began and none newer', async () => {
    const before = truth()
    schwab.control.play({ fault: 'data-endpoint', answer: 'stale', symbols: ['QQQ'] })
    clock.now += 10 * 60_000
    expect(await bars()).toEqual(before)
    schwab.control.clearAll()
    expect(await bars()).toEqual(truth())
  })

  it('cut has only the newest bars of what was asked', async () => {
    schwab.control.play({ fault: 'data-endpoint', answer: 'cut', keep: 7 })
    expect(await bars()).toEqual(truth().slice(-7))
  })

  it('bad-bars with a minute makes the prices of that minute null in every answer, for its symbols only', async () => {
    schwab.control.play({ fault: 'bad-bars', minute: '09:33', symbols: ['QQQ'] })
    for (const _ of [1, 2]) {
      const text = await (await get()).text()
      expect(
        [...text.matchAll(/"open":null,"high":null,"low":null,"close":null,"volume":\d+,"datetime":(\d+)/g)].map(([, at]) => Number(at)),
      ).toEqual([opensAt + 3 * 60_000])
    }
    schwab.control.play({ fault: 'bad-bars', minute: '09:33', symbols: ['SPY'] })
    expect(await bars()).toEqual(truth())
  })

  it('split shows the days before it divided, their volumes multiplied, each symbol by its own ratio', async () => {
    const yesterday = sessionOn('2026-03-09')
    const range = { startDate: yesterday.opensAt, endDate: yesterday.opensAt + 5 * 60_000 }
    const [before] = await bars(range)
    const today = await bars()
    schwab.control.play({ fault: 'split', symbol: 'QQQ', ratio: 4 })
    schwab.control.play({ fault: 'split', symbol: 'SPY', ratio: 2 })
    expect((await bars(range))[0]).toMatchObject({ close: before!.close / 4, volume: before!.volume * 4, datetime: before!.datetime })
    expect(await bars()).toEqual(today)
    schwab.control.clear('split')
    expect((await bars(range))[0]).toEqual(before)
  })
})

describe('contested behaviour', () => {
  it('is switched: an unknown symbol, a closed day, the reach of history', async () => {
    const sunday = { startDate: Date.parse('2026-03-08T14:00:00Z'), endDate: Date.parse('2026-03-08T15:00:00Z') }
    const january = { startDate: Date.parse('2026-01-06T15:00:00Z'), endDate: Date.parse('2026-01-06T16:00:00Z') }
    expect([(await get({ symbol: 'NOPE' })).status, (await get(sunday)).status]).toEqual([404, 200])
    expect(await bars(january)).toHaveLength(61)
    await admin('POST', 'faults', [{ fault: 'unknown-symbol-empty' }, { fault: 'closed-day-400' }, { fault: 'history-limit', days: 48 }])
    expect((await historyIn(await get({ symbol: 'NOPE' }))).empty).toBe(true)
    expect(await errorIn(await get(sunday))).toMatchObject({ status: '400' })
    expect(await bars(january)).toHaveLength(0)
    expect(await bars()).toEqual(truth())
  })
})

describe('the admin path', () => {
  it('sets, shows and clears faults, and shows no token', async () => {
    expect((await admin('POST', 'faults', { fault: 'late-bar', seconds: 5 })).status).toBe(200)
    const text = await (await admin('GET', 'state')).text()
    expect(text).toContain('{"fault":"late-bar","seconds":5}')
    for (const token of [login.access_token, login.refresh_token]) expect(text).not.toContain(token)
    await admin('DELETE', 'faults/late-bar')
    expect(schwab.control.faults()).toEqual([])
  })

  it('refuses what it does not understand, and forms of other sites', async () => {
    expect((await admin('POST', 'faults', { fault: 'nonsense' })).status).toBe(400)
    expect((await admin('POST', 'faults', { fault: 'data-endpoint', answer: 'no' })).status).toBe(400)
    expect((await fetch(`${schwab.url}/_sim/faults`, { method: 'POST', body: '{"fault":"expire-access"}' })).status).toBe(415)
  })
})
