/** A page as a person sees it. */
export type Page = {
  readonly url: string
  readonly status: number
  readonly html: string
  /** The text of the main heading. */
  readonly heading: string
}

export type Browser = {
  readonly open: (url: string) => Promise<Page>
  /**
   * Presses the button of a form, the first of the page or the first that has the hidden field `having`; `chosen` are fields that the person
   * fills in or the button carries. Fails when there is none.
   */
  readonly press: (page: Page, chosen?: Readonly<Record<string, string>>, having?: string) => Promise<Page>
}

const MAX_REDIRECTS = 10

/** As much of a browser as a login needs: it follows redirects, keeps cookies by host, and sends forms with their hidden fields. */
export const browser = (): Browser => {
  const cookies = new Map<string, Map<string, string>>()

  const load = async (url: string, form?: URLSearchParams, redirects = 0): Promise<Page> => {
    const { host, origin } = new URL(url)
    const jar = cookies.get(host) ?? new Map<string, string>()
    cookies.set(host, jar)
    const response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        ...(jar.size > 0 && { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...(form !== undefined && { origin }),
      },
      body: form ?? null,
    })
    for (const header of response.headers.getSetCookie()) keep(jar, header)
    const location = response.headers.get('location')
    const html = await response.text()
    if (location !== null && response.status < 400 && redirects < MAX_REDIRECTS)
      return load(new URL(location, url).href, undefined, redirects + 1)
    return { url, status: response.status, html, heading: headingOf(html) }
  }

  return {
    open: (url) => load(url),
    press: (page, chosen = {}, having) => {
      const forms = [...page.html.matchAll(/<form\b([^>]*)>([^]*?)<\/form>/gi)]
      const found = forms.find(([, , inside = '']) => having === undefined || Object.hasOwn(hiddenFields(inside), having))
      if (found === undefined) throw new Error(`the page "${page.heading}" has no button`)
      const [, attributes = '', content = ''] = found
      const action = attribute(attributes, 'action')
      const form = new URLSearchParams({ ...hiddenFields(content), ...chosen })
      return load(new URL(action ?? page.url, page.url).href, form)
    },
  }
}

const keep = (jar: Map<string, string>, header: string): void => {
  const [pair = '', ...options] = header.split(';')
  const at = pair.indexOf('=')
  const name = pair.slice(0, at).trim()
  const value = pair.slice(at + 1).trim()
  if (value === '' || options.some((option) => /^\s*max-age=(0|-\d+)\s*$/i.test(option))) jar.delete(name)
  else jar.set(name, value)
}

const hiddenFields = (html: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...html.matchAll(/<input\b([^>]*)>/gi)].flatMap(([, attributes = '']) => {
      const name = attribute(attributes, 'name')
      return attribute(attributes, 'type') === 'hidden' && name !== undefined ? [[name, attribute(attributes, 'value') ?? '']] : []
    }),
  )

const attribute = (attributes: string, name: string): string | undefined => {
  const value = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(attributes)?.[1]
  return value === undefined ? undefined : unescape(value)
}

const headingOf = (html: string): string =>
  unescape(
    /<h1[^>]*>([^]*?)<\/h1>/i
      .exec(html)?.[1]
      ?.replaceAll(/<[^>]*>/g, '')
      .trim() ?? '',
  )

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", amp: '&' }
const unescape = (text: string): string => text.replaceAll(/&(#?\w+);/g, (entity, name: string) => ENTITIES[name.toLowerCase()] ?? entity)
