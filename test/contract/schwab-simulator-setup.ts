import * as z from 'zod'
import type { CandleSource } from '../../local/schwab/bar-source.ts'
import { generatedMarket } from '../../local/schwab/generated-market.ts'
import { type SchwabSimulator, type SchwabSimulatorOptions, startSchwab } from '../../local/schwab/start-schwab.ts'
import type { Candle } from '../../shared/domain/candle.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import type { Session } from '../../shared/domain/session.ts'

export const REDIRECT_URI = 'https://127.0.0.1/callback'
export const APP = { key: 'the-key', secret: 'the-secret', redirectUris: [REDIRECT_URI] }

const calendar = marketCalendar()
export const sessionOn = (date: string): Session => {
  const session = calendar.sessionOn(date)
  if (session === undefined) throw new Error(`${date} is a closed day`)
  return session
}

export const MARKET: CandleSource = generatedMarket({ seed: 1, tickers: ['QQQ', 'SPY', 'PPLT'], calendar })

export type TestClock = { now: number }

/** A simulator on any free port, at noon of an ordinary Tuesday. */
export const startTestSchwab = async (
  options: Partial<SchwabSimulatorOptions> = {},
): Promise<{ readonly schwab: SchwabSimulator; readonly clock: TestClock }> => {
  const clock = { now: Date.parse('2026-03-10T16:00:00Z') }
  const schwab = await startSchwab({ port: 0, clock: () => clock.now, bars: MARKET, app: APP, ...options })
  return { schwab, clock }
}

export const postToken = (
  url: string,
  form: Readonly<Record<string, string>>,
  credentials = `${APP.key}:${APP.secret}`,
): Promise<Response> =>
  fetch(`${url}/v1/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    body: new URLSearchParams({ ...form }),
  })

export const getData = (url: string, path: string, query: Readonly<Record<string, string | number>>, token: string): Promise<Response> => {
  const texts = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])
  return fetch(`${url}/marketdata/v1/${path}?${new URLSearchParams(texts).toString()}`, { headers: { authorization: `Bearer ${token}` } })
}

/** What a person does on the login page: chooses and presses a button. @returns where the browser is sent */
export const pressButton = async (url: string, decision: 'allow' | 'deny', redirectUri = REDIRECT_URI): Promise<URL> => {
  const response = await fetch(`${url}/v1/oauth/authorize`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      client_id: APP.key,
      redirect_uri: redirectUri,
      response_type: 'code',
      state: 'a&b',
      account: 'SIM-0002',
      decision,
    }),
  })
  return new URL(response.headers.get('location') ?? `error:${response.status}`)
}

const Bar = z.looseObject({ datetime: z.number(), close: z.number(), volume: z.number() })
const History = z.object({ candles: z.array(Bar), symbol: z.string(), empty: z.boolean() })
const Envelope = z.object({ errors: z.array(z.looseObject({ status: z.unknown() })).min(1) })
const TokenBody = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.unknown().optional(),
  id_token: z.string().optional(),
  token_type: z.string(),
  scope: z.string(),
})

export const historyIn = async (response: Response): Promise<z.infer<typeof History>> => History.parse(await response.json())
export const errorIn = async (response: Response) => Envelope.parse(await response.json()).errors[0]
export const tokenIn = async (response: Response): Promise<z.infer<typeof TokenBody>> => TokenBody.parse(await response.json())

/** The bars as a price history carries them. */
export const asWire = (bars: readonly Candle[]) =>
  bars.map(({ at, open, high, low, close, volume }) => ({ open, high, low, close, volume, datetime: at }))
