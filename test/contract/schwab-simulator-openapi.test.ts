import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SchwabSimulator } from '../../local/schwab/start-schwab.ts'
import * as z from 'zod'
import { marketDataDir } from '../market-data.ts'
import { getData, sessionOn, startTestSchwab } from './schwab-simulator-setup.ts'

/**
 * The document contradicts itself in two places, so it is read with these corrections: its own examples of 401, 404 and 500 have a
 * number where its schema lists texts, and its kinds of quotes have no required fields, so that one quote matches several.
 */
const validatorOf = (dir: string) => {
  const text = readFileSync(join(dir, 'schwab_market_data.openapi.json'), 'utf8').replaceAll('"oneOf"', '"anyOf"')
  const document = JSON.parse(text)
  document.components.schemas.Error.properties.status = { enum: ['400', '401', '404', '500', 401, 404, 500] }
  // Optional fields that are misspelled or made up shall be seen too.
  for (const name of ['CandleList', 'Candle', 'Error', 'ErrorResponse', 'QuoteEquity'])
    document.components.schemas[name].additionalProperties = false
  for (const name of ['CandleList', 'Candle']) {
    document.components.schemas[name].required = Object.keys(document.components.schemas[name].properties).filter(
      (field) => !field.startsWith('previousClose') && field !== 'datetimeISO8601',
    )
  }
  const ajv = new Ajv({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'vendor')
  return (schema: string, value: unknown): string => {
    ajv.validate({ $ref: `vendor#/components/schemas/${schema}` }, value)
    return ajv.errorsText()
  }
}

const dir = marketDataDir()

describe.skipIf(dir === undefined)("the simulator's answers fit the vendor's document", () => {
  let schwab: SchwabSimulator
  let token = ''
  const validate = dir === undefined ? () => '' : validatorOf(dir)
  beforeAll(async () => {
    ;({ schwab } = await startTestSchwab())
    token = schwab.control.logIn().access_token
  })
  afterAll(() => schwab.stop())

  const { opensAt } = sessionOn('2026-03-10')
  const range = { startDate: opensAt, endDate: opensAt + 600_000 }

  it.each([
    ['bars', 'pricehistory', { symbol: 'QQQ', ...range }, 200, 'CandleList'],
    ['no bars', 'pricehistory', { symbol: 'QQQ', startDate: 1e12, endDate: 1e12 }, 200, 'CandleList'],
    ['a bad parameter', 'pricehistory', { symbol: 'QQQ', periodType: 'week' }, 400, 'ErrorResponse'],
    ['an unknown symbol', 'pricehistory', { symbol: 'NOPE' }, 404, 'ErrorResponse'],
    ['quotes', 'quotes', { symbols: 'QQQ,SPY,NOPE' }, 200, 'QuoteResponse'],
    ['no symbols', 'quotes', {}, 400, 'ErrorResponse'],
  ])('for %s', async (_, path, query, status, schema) => {
    const response = await getData(schwab.url, path, { ...query }, token)
    expect(response.status).toBe(status)
    expect(validate(schema, await response.json())).toBe('No errors')
  })

  it('for a quote, as one of an equity', async () => {
    const response = await getData(schwab.url, 'quotes', { symbols: 'QQQ' }, token)
    const { QQQ: quote } = z.object({ QQQ: z.unknown() }).parse(await response.json())
    expect(validate('EquityResponse', quote)).toBe('No errors')
  })

  it('for a refused token and for a failure of its own', async () => {
    expect(validate('ErrorResponse', await (await getData(schwab.url, 'quotes', { symbols: 'QQQ' }, 'x')).json())).toBe('No errors')
    schwab.control.play({ fault: 'data-endpoint', answer: '500', times: 1 })
    const failed = await getData(schwab.url, 'quotes', { symbols: 'QQQ' }, token)
    expect(failed.status).toBe(500)
    expect(validate('ErrorResponse', await failed.json())).toBe('No errors')
  })

  it('and the check sees what does not fit', () => {
    expect(validate('CandleList', { candles: [{ open: '1' }], symbol: 'QQQ', empty: false })).not.toBe('No errors')
  })
})
