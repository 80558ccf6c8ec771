import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SchwabSimulator } from '../../local/schwab/start-schwab.ts'
import { asWire, errorIn, getData, historyIn, MARKET, sessionOn, startTestSchwab, type TestClock } from './schwab-simulator-setup.ts'

let schwab: SchwabSimulator
let clock: TestClock
let token: string
beforeEach(async () => {
  ;({ schwab, clock } = await startTestSchwab())
  token = schwab.control.logIn().access_token
})
afterEach(() => schwab.stop())

const { opensAt } = sessionOn('2026-03-10')
const get = (query: Record<string, string | number>, path = 'pricehistory') => getData(schwab.url, path, query, token)
const barsOf = async (query: Record<string, string | number>) => (await historyIn(await get({ symbol: 'QQQ', ...query }))).candles
const regular = { needExtendedHoursData: 'false' }
/** The true bars that open in the range, both ends in it. */
const truth = (from: number, to: number) => asWire(MARKET.bars('QQQ', from, to + 1))

describe('the price history of the simulator', () => {
  it('tells a bar once its minute has ended', async () => {
    clock.now = opensAt + 5 * 60_000 - 1
    expect(await barsOf({ startDate: opensAt, endDate: clock.now })).toEqual(truth(opensAt, opensAt + 3 * 60_000))
    clock.now++
    expect(await barsOf({ startDate: opensAt, endDate: clock.now })).toEqual(truth(opensAt, opensAt + 4 * 60_000))
  })

  it('includes extended hours unless they are refused', async () => {
    const range = { startDate: opensAt - 2 * 3_600_000, endDate: clock.now }
    const all = await barsOf(range)
    const session = await barsOf({ ...range, ...regular })
    expect(session).toEqual(all.filter((bar) => bar.datetime >= opensAt))
    expect(session.length).toBeLessThan(all.length)
  })

  it('ends at the close of the business day before when no endDate is given', async () => {
    clock.now = Date.parse('2026-03-09T16:00:00Z')
    const friday = sessionOn('2026-03-06')
    const bars = await barsOf({ period: 1, ...regular })
    expect(bars).toEqual(truth(friday.opensAt, friday.closesAt - 60_000))
  })

  it('is empty, not wrong, where there are no bars', async () => {
    const sunday = Date.parse('2026-03-08T12:00:00Z')
    const response = await get({ symbol: 'QQQ', startDate: sunday, endDate: sunday + 3_600_000 })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ candles: [], symbol: 'QQQ', empty: true })
  })

  it.each([
    ['symbol', { symbol: '' }],
    ['periodType', { periodType: 'week' }],
    ['frequencyType', { frequencyType: 'hourly' }],
    ['frequency', { frequency: 7 }],
    ['startDate', { startDate: 'yesterday' }],
    ['startDate', { startDate: opensAt, endDate: opensAt - 1 }],
    ['endDate', { endDate: '1e9' }],
    ['needExtendedHoursData', { needExtendedHoursData: 'maybe' }],
  ])('answers 400 and names %s', async (parameter, change) => {
    const response = await get({ symbol: 'QQQ', ...change })
    expect(response.status).toBe(400)
    expect(await errorIn(response)).toMatchObject({ status: '400', title: 'Bad Request', source: { parameter } })
  })

  it('answers 404 with the envelope for a symbol it lacks, and plain text for a route it lacks', async () => {
    const unknown = await get({ symbol: 'NOPE' })
    expect(unknown.status).toBe(404)
    expect(await errorIn(unknown)).toMatchObject({ status: 404, title: 'Not Found' })
    expect(await (await get({}, 'nothing')).text()).toBe('Requested route (/marketdata/v1/nothing) does not exist')
  })

  it('answers 401 without a living token, with an id for support', async () => {
    const response = await getData(schwab.url, 'pricehistory', { symbol: 'QQQ' }, 'I0.other@')
    expect(response.status).toBe(401)
    expect(await errorIn(response)).toMatchObject({ status: 401, title: 'Unauthorized', detail: 'Client not authorized' })
    expect(response.headers.get('schwab-client-correlid')).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('the quotes of the simulator', () => {
  it('give the last price and list the symbols they lack', async () => {
    const newest = clock.now - 60_000
    expect(await (await get({ symbols: 'QQQ,NOPE' }, 'quotes')).json()).toEqual({
      QQQ: expect.objectContaining({ symbol: 'QQQ', quote: expect.objectContaining({ lastPrice: truth(newest, newest)[0]?.close }) }),
      errors: { invalidSymbols: ['NOPE'] },
    })
  })

  it('need a symbol', async () => {
    expect((await get({}, 'quotes')).status).toBe(400)
  })
})
