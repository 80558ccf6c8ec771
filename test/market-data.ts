import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * The folder with real candles and published indicator values, or undefined where it is not at hand.
 * @throws in continuous integration, where a missing folder would hide untested code
 */
export const marketDataDir = (): string | undefined => {
  const dir = process.env['MARKET_DATA_DIR'] ?? resolve(import.meta.dirname, '../../shared/data')
  if (existsSync(resolve(dir, 'candles'))) return dir
  if (process.env['CI'] === 'true')
    throw new Error(`no market data at ${dir}: set MARKET_DATA_DIR to a folder that holds candles/ and golden/`)
  return undefined
}
