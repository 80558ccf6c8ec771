import * as z from 'zod/mini'

/** What the page is told by whoever serves it. `local`: by the stack on this machine, with its simulated clock and its faults. */
export const PageConfig = z.object({
  mode: z.enum(['local', 'hosted']),
  /** Of Supabase's REST interface. Local: a path of the same server. */
  supabaseUrl: z.string(),
  /** `sb_publishable_…`: it only reads what row level security lets everybody read. */
  publishableKey: z.string(),
})
export type PageConfig = z.infer<typeof PageConfig>

/** The page runs its own code and talks to its database, and to nothing else. */
export const contentSecurityPolicy = (supabaseUrl: string): string => {
  const database = supabaseUrl.startsWith('http')
    ? ` ${new URL(supabaseUrl).origin} ${new URL(supabaseUrl).origin.replace('http', 'ws')}`
    : ''
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${database}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

/** For the value of an attribute in double quotes. */
export const escapeAttribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
