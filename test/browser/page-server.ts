import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { buildDashboard } from '../../local/dashboard/build-dashboard.ts'
import { forwardToSupabase } from '../../local/dashboard/forward.ts'
import { serveDashboard } from '../../local/dashboard/serve-dashboard.ts'
import { listen } from '../../local/listen.ts'

const ROOT = resolve(import.meta.dirname, '../..')

export type PageServer = { readonly url: string; readonly stop: () => void }

/** The dashboard over any database, with a clock that stands at `now` (epoch milliseconds) instead of a stack. */
export const servePage = async (supabaseUrl: string, publishableKey: string, now: number): Promise<PageServer> => {
  const folder = await buildDashboard(ROOT)
  const dashboard = serveDashboard(async () => folder, { mode: 'local', supabaseUrl: '/supabase', publishableKey })
  const forward = forwardToSupabase(supabaseUrl)
  const state = { now: new Date(now).toISOString(), speed: 1, rate: 'max', market: 'known candles', link: null, faults: [] }
  const server = createServer((request, response) => {
    if (forward(request, response)) return
    if (request.url === '/_stack/state') {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(state))
      return
    }
    void dashboard(request, response).then((isAnswered) => isAnswered || response.writeHead(404).end())
  })
  const port = await listen(server, 0)
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
