import { createServer } from 'node:http'
import type { Endpoints } from './endpoints.ts'
import { listen } from './listen.ts'
import type { QueueDepth } from './stack/sqs.ts'

export type Status = {
  readonly now: string
  readonly speed: number | 'max'
  readonly market: string
  readonly tickers: readonly { readonly ticker: string; readonly candles: number; readonly last: string | undefined }[]
  readonly queues: readonly ({ readonly name: string } & QueueDepth)[]
  readonly counters: Readonly<Record<string, number>>
}

export type StatusPage = { readonly url: string; readonly port: number; readonly stop: () => Promise<void> }

export type StatusPageOptions = {
  readonly port: number
  readonly status: () => Promise<Status>
  readonly endpoints: () => Omit<Endpoints, 'pid'> | undefined
}

/** A plain page that shows what the stack is doing; the same as JSON under /status.json. */
export const startStatusPage = async ({ port, status, endpoints }: StatusPageOptions): Promise<StatusPage> => {
  const server = createServer((request, response) => {
    status().then(
      (current) => {
        const json = request.url === '/status.json'
        response.writeHead(200, { 'content-type': json ? 'application/json' : 'text/html; charset=utf-8', 'cache-control': 'no-store' })
        response.end(json ? JSON.stringify(current) : page(current, endpoints()))
      },
      (error: unknown) => {
        response.writeHead(503, { 'content-type': 'text/plain' })
        response.end(`The state cannot be read at the moment: ${error instanceof Error ? error.message : String(error)}\n`)
      },
    )
  })
  const taken = await listen(server, port)
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const page = (status: Status, endpoints: ReturnType<StatusPageOptions['endpoints']>): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta http-equiv="refresh" content="2"><meta name="viewport" content="width=device-width">
<title>alpha-kite</title>
<style>
  :root { color-scheme: light dark }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
  table { border-collapse: collapse; margin: 0 0 1.5rem } caption { text-align: left; font-weight: 600; padding: .3rem 0 }
  th, td { text-align: left; padding: .15rem 1.2rem .15rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
  td.n { text-align: right; font-variant-numeric: tabular-nums }
</style>
</head>
<body>
<h1>alpha-kite</h1>
<p>${escape(status.now)} in New York, ${status.speed === 'max' ? 'as fast as possible' : `${status.speed} × real time`}. ${escape(status.market)}</p>
${table(
  'Today',
  ['ticker', 'candles', 'last'],
  status.tickers.map((row) => [row.ticker, row.candles, row.last ?? 'none yet']),
)}
${table(
  'Queues',
  ['queue', 'waiting', 'in flight', 'delayed'],
  status.queues.map((row) => [row.name, row.visible, row.inFlight, row.delayed]),
)}
${table('Since the start', ['what', 'count'], Object.entries(status.counters))}
${table(
  'Endpoints',
  ['what', 'address'],
  Object.entries(endpoints ?? {}).map(([name, { url }]) => [name, url]),
)}
</body>
</html>
`

const table = (caption: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  `<table><caption>${caption}</caption><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead><tbody>${rows
    .map(
      (row) => `<tr>${row.map((cell) => `<td${typeof cell === 'number' ? ' class="n"' : ''}>${escape(String(cell))}</td>`).join('')}</tr>`,
    )
    .join('')}</tbody></table>`

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
