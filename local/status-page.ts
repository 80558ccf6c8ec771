import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServeDashboard } from './dashboard/serve-dashboard.ts'
import type { Endpoints } from './endpoints.ts'
import type { StackControl } from './faults/stack-control.ts'
import { startLocalServer, type LocalServer } from './http/local-server.ts'
import type { QueueDepth } from './stack/sqs.ts'

export type Status = {
  readonly now: string
  readonly speed: number | 'max'
  readonly market: string
  /** What token-keeper says of the token: a word. */
  readonly token: string
  /** The one that is not over. `link`: where a person logs in, while one has to. */
  readonly outage: { readonly since: string; readonly reason: string; readonly link: string | undefined } | undefined
  readonly tickers: readonly { readonly ticker: string; readonly candles: number; readonly last: string | undefined }[]
  readonly queues: readonly ({ readonly name: string } & QueueDepth)[]
  /** Newest first. */
  readonly events: readonly { readonly at: string; readonly type: string }[]
  readonly counters: Readonly<Record<string, number>>
}

export type StatusPageOptions = {
  readonly port: number
  readonly status: () => Promise<Status>
  readonly endpoints: () => Omit<Endpoints, 'pid'> | undefined
  /** Answers what is meant for the stack itself. */
  readonly control: StackControl
  readonly dashboard: ServeDashboard
  readonly forward: (request: IncomingMessage, response: ServerResponse) => boolean
}

/**
 * The dashboard, with the database behind it; what the stack is doing as a plain page under /status and as JSON under /status.json.
 */
export const startStatusPage = async ({
  port,
  status,
  endpoints,
  control,
  dashboard,
  forward,
}: StatusPageOptions): Promise<LocalServer> => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (await control(request, response)) return
    if (forward(request, response)) return
    const json = request.url === '/status.json'
    if (!json && request.url !== '/status') {
      if (await dashboard(request, response)) return
      response.writeHead(404, { 'content-type': 'text/plain' })
      response.end('There is /, the dashboard, and /status, a plain page.\n')
      return
    }
    const current = await status()
    response.writeHead(200, { 'content-type': json ? 'application/json' : 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    response.end(json ? JSON.stringify(current) : page(current, endpoints()))
  }
  return startLocalServer({
    port,
    admits: 'pages',
    handle: (request, response) =>
      answer(request, response).catch((error: unknown) => {
        response.writeHead(503, { 'content-type': 'text/plain' })
        response.end(`The state cannot be read at the moment: ${error instanceof Error ? error.message : String(error)}\n`)
      }),
  })
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
<p>The token: <strong>${escape(status.token)}</strong>.${outageText(status.outage)}</p>
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
${table(
  'Last events',
  ['New York time', 'event'],
  status.events.map((row) => [row.at, row.type]),
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

const outageText = (outage: Status['outage']): string => {
  if (outage === undefined) return ''
  const text = ` An outage since ${escape(outage.since)} New York time (${escape(outage.reason)}): `
  return outage.link === undefined
    ? `${text}what is missing is being filled in.`
    : `${text}<a href="${escape(outage.link)}">log in</a> and it ends.`
}

const table = (caption: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  `<table><caption>${caption}</caption><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead><tbody>${rows
    .map(
      (row) => `<tr>${row.map((cell) => `<td${typeof cell === 'number' ? ' class="n"' : ''}>${escape(String(cell))}</td>`).join('')}</tr>`,
    )
    .join('')}</tbody></table>`

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
