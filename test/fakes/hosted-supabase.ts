import { APP } from './cli-pipeline.ts'

export const PUBLISHABLE = 'sb_publishable_marked'

/** What a hosted project does with a request. `migrated`: the migrations are applied. */
export type HostedSupabase = { migrated: boolean; readonly fetch: typeof fetch; readonly asked: string[] }

/** A project that knows the keys of these tests, as the gateway of a hosted one answers. Other hosts do not exist. */
export const hostedSupabase = ({ migrated = true }: { readonly migrated?: boolean } = {}): HostedSupabase => {
  const asked: string[] = []
  const project: HostedSupabase = {
    migrated,
    asked,
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input)
      asked.push(`${init?.method ?? 'GET'} ${url.href}`)
      if (url.origin !== APP.supabaseUrl) throw new TypeError('fetch failed', { cause: failure('ENOTFOUND') })
      const key = new Headers(init?.headers).get('apikey')
      if (key !== APP.supabaseSecretKey && key !== PUBLISHABLE) return Response.json({ message: 'Invalid API key' }, { status: 401 })
      if (url.pathname === '/rest/v1/rpc/read_token_state') {
        if (!project.migrated) return Response.json({ code: 'PGRST202', message: 'no such function' }, { status: 404 })
        if (key === PUBLISHABLE) return Response.json({ code: '42501', message: 'permission denied' }, { status: 401 })
        return Response.json({ dead_version: null, proven_version: null, logged_in_at: null, news_at: null, outages: [] })
      }
      if (!project.migrated) return Response.json({ code: 'PGRST205', message: 'no such table' }, { status: 404 })
      return Response.json([])
    },
  }
  return project
}

/** As Node reports it. */
export const failure = (code: string): Error => Object.assign(new Error(code), { code })
