import { readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { contentSecurityPolicy, escapeAttribute, type PageConfig } from '../../dashboard/page-config.ts'

type File = { readonly type: string; readonly plain: Buffer; readonly zipped: Buffer; readonly isPage: boolean }

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Serves the built page out of memory. @returns whether the request was for it, and so is answered */
export type ServeDashboard = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** `build` is asked for the folder when somebody first wants to see the page; a failure is tried again. */
export const serveDashboard = (build: () => Promise<string>, config: PageConfig): ServeDashboard => {
  let files: Promise<ReadonlyMap<string, File>> | undefined
  const load = (): Promise<ReadonlyMap<string, File>> => {
    files ??= build().then((folder) => readFolder(folder, config))
    files.catch(() => (files = undefined))
    return files
  }
  return async ({ url = '/', method, headers }, response) => {
    if (method !== 'GET' && method !== 'HEAD') return false
    const path = url.split('?')[0] ?? '/'
    const file = (await load()).get(path === '/' ? '/index.html' : path)
    if (file === undefined) return false
    const isZipped = (headers['accept-encoding'] ?? '').includes('gzip')
    response.writeHead(200, {
      'content-type': file.type,
      ...(isZipped && { 'content-encoding': 'gzip' }),
      vary: 'accept-encoding',
      'content-security-policy': `${contentSecurityPolicy(config.supabaseUrl)}; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      // The names of all other files change with what is in them.
      'cache-control': file.isPage ? 'no-store' : 'max-age=31536000, immutable',
    })
    response.end(method === 'HEAD' ? undefined : isZipped ? file.zipped : file.plain)
    return true
  }
}

const readFolder = (folder: string, config: PageConfig): ReadonlyMap<string, File> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        const isPage = extname(path) === '.html'
        const read = readFileSync(path)
        const plain = isPage ? Buffer.from(read.toString().replace('%CONFIG%', escapeAttribute(JSON.stringify(config)))) : read
        const type = TYPES[extname(path)] ?? 'application/octet-stream'
        return [path.slice(folder.length).replaceAll('\\', '/'), { type, plain, zipped: gzipSync(plain), isPage }] as const
      }),
  )
