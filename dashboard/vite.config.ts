import { resolve } from 'node:path'
import { defineConfig, type Plugin } from 'vite'
import { hostedConfig } from './hosted-config.ts'
import { contentSecurityPolicy, escapeAttribute } from './page-config.ts'

/**
 * Hosted, the page has its database in it, and a policy that lets it talk to nobody else. Locally (`KITE_DASHBOARD=local`) whoever
 * serves it writes both.
 */
const configIntoPage = (): Plugin => ({
  name: 'config-into-page',
  transformIndexHtml: (html) => {
    if (process.env['KITE_DASHBOARD'] === 'local') return html
    const config = hostedConfig(process.env)
    const policy = { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy(config.supabaseUrl) }
    return {
      html: html.replace('%CONFIG%', escapeAttribute(JSON.stringify(config))),
      tags: [{ tag: 'meta', attrs: policy, injectTo: 'head-prepend' }],
    }
  },
})

export default defineConfig({
  root: import.meta.dirname,
  // Wherever it is hosted, also below a path.
  base: './',
  plugins: [configIntoPage()],
  build: {
    outDir: resolve(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
})
