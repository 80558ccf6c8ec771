import type { CallPort } from './call-ports.ts'
import type { Instance } from './invocation.ts'
import type { Lives } from './lives.ts'
import { answerOfSchwab, endpointOf, type Endpoint, type SiteRequest } from './schwab-site.ts'
import type { World } from './world.ts'

/** What the functions are configured with, milliseconds. */
export const SCHWAB_TIMEOUT = 8_000

/** `fetch` of an instance, to Schwab. */
export const schwabFetch = (instance: Instance, call: CallPort, lives: Lives, world: World): typeof fetch => {
  const { active } = world.faults
  const fetchSchwab = async (input: string, init: RequestInit = {}) => {
    const url = new URL(input)
    const endpoint = endpointOf(url)
    const request = {
      url,
      authorization: new Headers(init.headers).get('authorization') ?? '',
      form: new URLSearchParams(typeof init.body === 'string' ? init.body : ''),
    }
    const isRefresh = request.form.get('grant_type') === 'refresh_token'
    if (isRefresh) begin(instance, world)
    try {
      return await ask(request, endpoint, init.signal)
    } finally {
      if (isRefresh) world.refreshing.delete(instance)
    }
  }
  const ask = async (request: SiteRequest, endpoint: Endpoint, signal: AbortSignal | null | undefined) => {
    if (active('schwab-hangs', endpoint) !== undefined) {
      await lives.pass(instance, SCHWAB_TIMEOUT)
      throw new DOMException('The operation was aborted due to timeout', 'TimeoutError')
    }
    const answer = await call('schwab', endpoint, [request], async () =>
      answerOfSchwab(request, { market: world.market, tokens: world.tokens, now: world.kernel.now, active }),
    )
    if (active('schwab-mute', endpoint) !== undefined || signal?.aborted === true) throw new TypeError('fetch failed')
    const { status, body, type = 'application/json', retryAfter } = answer
    world.trace?.(`  ${instance.fn}#${instance.id} schwab answers ${status} ${body.slice(0, 80)}`)
    const headers = new Headers({ 'content-type': type, ...(retryAfter !== undefined && { 'retry-after': retryAfter }) })
    return { status, headers, text: async () => body }
  }
  return fetchSchwab as unknown as typeof fetch
}

/** Those that died or are frozen ask for nothing any more. */
const begin = (instance: Instance, { refreshing, violate }: World): void => {
  const others = [...refreshing].filter((other) => other !== instance && other.isAlive && other.current !== undefined)
  if (others.length > 0)
    violate('one refresh at a time', `${instance.fn}#${instance.id} refreshes while ${others.map(({ fn }) => fn).join(', ')} does`)
  refreshing.add(instance)
}
