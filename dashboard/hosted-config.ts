import type { PageConfig } from './page-config.ts'

const HOW = `write, for instance:
  SUPABASE_URL=https://PROJECT.supabase.co SUPABASE_PUBLISHABLE_KEY=sb_publishable_… npm run build:dashboard`

/**
 * What a hosted page needs to know, from the environment.
 * @throws Error that says what is missing or wrong; above all when the key is one that may write
 */
export const hostedConfig = (env: Readonly<Record<string, string | undefined>>): PageConfig => {
  const url = env['SUPABASE_URL']?.trim() ?? ''
  const key = env['SUPABASE_PUBLISHABLE_KEY']?.trim() ?? ''
  if (url === '' || key === '') throw new Error(`the dashboard needs SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY; ${HOW}`)
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new Error(`SUPABASE_URL is no address: ${HOW}`)
  if (isSecret(key)) {
    throw new Error(`SUPABASE_PUBLISHABLE_KEY holds a secret key: everybody who opens the page could read and change everything. ${HOW}`)
  }
  if (!key.startsWith('sb_publishable_') && roleOf(key) !== 'anon')
    throw new Error(`SUPABASE_PUBLISHABLE_KEY is no publishable key: ${HOW}`)
  return { mode: 'hosted', supabaseUrl: url.replace(/\/+$/, ''), publishableKey: key }
}

const isSecret = (key: string): boolean => key.startsWith('sb_secret_') || roleOf(key) === 'service_role'

/** Keys of the former kind are JSON web tokens that name their role. */
const roleOf = (key: string): unknown => {
  const [, payload = ''] = key.split('.')
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    return typeof claims === 'object' && claims !== null && 'role' in claims ? claims.role : undefined
  } catch {
    return undefined
  }
}
