import { PageConfig } from '../page-config.ts'

/** What whoever serves the page has written into it, or a sentence about what is wrong. */
export const readPageConfig = (): PageConfig | string => {
  const text = document.querySelector('meta[name="alpha-kite"]')?.getAttribute('content') ?? ''
  try {
    const read = PageConfig.safeParse(JSON.parse(text))
    if (read.success) {
      const { supabaseUrl, ...rest } = read.data
      return { ...rest, supabaseUrl: new URL(supabaseUrl, location.href).href }
    }
  } catch {
    // It is the placeholder still.
  }
  return 'This page was not told where its database is. Build it with npm run build:dashboard, or open the one of npm start.'
}
