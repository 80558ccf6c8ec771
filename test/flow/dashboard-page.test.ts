import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDashboard } from '../../local/dashboard/build-dashboard.ts'
import { forwardToSupabase } from '../../local/dashboard/forward.ts'
import { serveDashboard } from '../../local/dashboard/serve-dashboard.ts'
import { listen } from '../../local/listen.ts'
import { startStatusPage } from '../../local/status-page.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const KILOBYTE = 1000

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe('the built page', () => {
  let folder: string
  let server: Server
  let url: string
  let builds = 0
  beforeAll(async () => {
    folder = await buildDashboard(ROOT)
    const build = async (): Promise<string> => {
      builds += 1
      if (builds === 1) throw new Error('the bundler fell')
      return folder
    }
    const serve = serveDashboard(build, { mode: 'local', supabaseUrl: '/supabase', publishableKey: 'sb_publishable_"<x>' })
    server = createServer((request, response) => {
      serve(request, response).then(
        (isAnswered) => isAnswered || response.writeHead(404).end(),
        () => response.writeHead(503).end(),
      )
    })
    url = `http://127.0.0.1:${await listen(server, 0)}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it('has at most 150 KB of JavaScript, compressed', () => {
    const scripts = filesIn(folder).filter((file) => file.endsWith('.js'))
    expect(scripts.length).toBeGreaterThan(0)
    const bytes = scripts.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0)
    expect(bytes).toBeLessThanOrEqual(150 * KILOBYTE)
  })

  it('is kept, and not built a second time', async () => {
    const builtAt = statSync(folder).mtimeMs
    expect(await buildDashboard(ROOT)).toBe(folder)
    expect(statSync(folder).mtimeMs).toBe(builtAt)
  })

  it('is built again when that failed', async () => {
    expect((await fetch(url)).status).toBe(503)
    expect((await fetch(url)).status).toBe(200)
  })

  it('comes with its configuration, unharmed, and under a policy that lets it talk to its own server only', async () => {
    const response = await fetch(url)
    expect(response.headers.get('content-security-policy')).toContain("connect-src 'self';")
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(response.headers.get('cache-control')).toBe('no-store')
    const text = await response.text()
    expect(text).toContain('&quot;publishableKey&quot;:&quot;sb_publishable_\\&quot;&lt;x>&quot;')
    expect(text).not.toContain('%CONFIG%')
    expect(text).not.toMatch(/style=|<style|onclick=/)
  })

  it('gives its scripts compressed, for ever, and nothing that is not its own', async () => {
    const script = filesIn(folder).find((file) => file.endsWith('.js')) ?? ''
    const response = await fetch(`${url}${script.slice(folder.length)}`)
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(response.headers.get('cache-control')).toContain('immutable')
    expect(await response.text()).toBe(readFileSync(script, 'utf8'))
    for (const path of ['/../package.json', '/%2e%2e/package.json', '/assets', '/assets/none.js'])
      expect([path, (await fetch(url + path)).status]).toEqual([path, 404])
    expect((await fetch(url, { method: 'POST' })).status).toBe(404)
  })
})

describe('npm run build:dashboard', () => {
  const build = (env: Readonly<Record<string, string>>, out: string) =>
    promisify(execFile)(
      process.execPath,
      [
        resolve(ROOT, 'node_modules/vite/bin/vite.js'),
        'build',
        '--config',
        'dashboard/vite.config.ts',
        '--outDir',
        out,
        '--logLevel',
        'error',
      ],
      { cwd: ROOT, env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env } },
    )
  let out: string
  beforeAll(() => {
    out = mkdtempSync(join(tmpdir(), 'hosted-'))
  })
  afterAll(() => rmSync(out, { recursive: true, force: true }))

  it('makes a page that knows its database, and may talk to nobody else', async () => {
    await build({ SUPABASE_URL: 'https://abc.supabase.co', SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_x' }, out)
    const page = readFileSync(join(out, 'index.html'), 'utf8').replaceAll('&#39;', "'")
    expect(page).toContain('&quot;supabaseUrl&quot;:&quot;https://abc.supabase.co&quot;')
    expect(page).toMatch(/Content-Security-Policy" content="[^"]*connect-src 'self' https:\/\/abc\.supabase\.co wss:\/\/abc\.supabase\.co;/)
    expect(page).toContain('src="./assets/')
  })

  it('refuses a secret key, and does not repeat it', async () => {
    const secret = { SUPABASE_URL: 'https://abc.supabase.co', SUPABASE_PUBLISHABLE_KEY: 'sb_secret_hidden' }
    const failed = await build(secret, join(out, 'none')).then(
      () => '',
      (error: unknown) => (error instanceof Error && 'stderr' in error ? String(error.stderr) : ''),
    )
    expect(failed).toContain('holds a secret key')
    expect(failed).not.toContain('sb_secret_hidden')
  })
})

describe('the way to the database', () => {
  it('hands requests on with their method, headers and body, and says so when nobody is there', async () => {
    const upstream = createServer((request, response) => {
      void request.toArray().then((chunks) => {
        response.writeHead(201, { 'access-control-allow-origin': '*', 'x-method': request.method, 'x-key': request.headers['apikey'] })
        response.end(`${request.url} ${Buffer.concat(chunks).toString()}`)
      })
    })
    const forward = forwardToSupabase(`http://127.0.0.1:${await listen(upstream, 0)}`)
    const server = createServer((request, response) => {
      if (!forward(request, response)) response.writeHead(404).end()
    })
    const url = `http://127.0.0.1:${await listen(server, 0)}`
    const sent = { method: 'POST', headers: { apikey: 'k' }, body: 'hello' }
    const answer = await fetch(`${url}/supabase/rest/v1/x?a=b`, sent)
    expect([answer.status, answer.headers.get('x-method'), answer.headers.get('x-key')]).toEqual([201, 'POST', 'k'])
    expect(await answer.text()).toBe('/rest/v1/x?a=b hello')
    expect((await fetch(`${url}/supabase/rest/v1/x`, { headers: { origin: 'http://evil.example' } })).status).toBe(403)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect((await fetch(`${url}/supabases`)).status).toBe(404)
    upstream.closeAllConnections()
    upstream.close()
    expect((await fetch(`${url}/supabase/rest/v1/x`)).status).toBe(502)
    server.closeAllConnections()
    server.close()
  })
})

describe('the server of the page', () => {
  const get = (port: number, path: string, host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })

  it('answers to the names of this machine only, whatever is asked for', async () => {
    const page = await startStatusPage({
      port: 0,
      status: () => Promise.reject(new Error('not asked')),
      endpoints: () => undefined,
      control: async () => false,
      dashboard: async (_, response) => (response.end(), true),
      forward: ({ url }, response) => url === '/supabase/x' && (response.end(), true),
    })
    for (const path of ['/', '/supabase/x', '/status', '/status.json']) expect(await get(page.port, path, 'evil.example')).toBe(403)
    for (const host of ['127.0.0.1', `localhost:${page.port}`]) expect(await get(page.port, '/', host)).toBe(200)
    expect(await get(page.port, '/supabase/x', 'localhost')).toBe(200)
    await page.stop()
  })
})
