import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { CallbackListener, CallbackPage } from '../../cli/callback-listener.ts'
import { runCli } from '../../cli/run-cli.ts'
import { AccessRefused, AwsUnavailable, ClientRefused, GrantRefused, SchwabUnavailable } from '../../shared/domain/errors.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { parseToken } from '../../shared/domain/token.ts'
import { readTicket } from '../../shared/token/ticket.ts'
import { casesDir } from '../cases.ts'
import { cliDeps } from '../fakes/cli-deps.ts'
import { APP, memoryPipeline, type MemoryPipeline } from '../fakes/cli-pipeline.ts'
import { NOW, SECRETS, tokenText } from '../fakes/cli-tokens.ts'

const CODE = 'marked-code@'
const idToken = (account: string): string => `marked.${Buffer.from(JSON.stringify({ sub: account })).toString('base64url')}.marked`
const login = (account = 'mine') => ({
  accessToken: 'marked-new',
  refreshToken: 'marked-new-refresh',
  expiresInSeconds: 1800,
  idToken: idToken(account),
})

/** A pipeline at which the next login succeeds. */
const ready = (token?: string): MemoryPipeline => {
  const pipeline = memoryPipeline({ now: NOW, token })
  pipeline.schwabAnswers.exchange = () => login()
  pipeline.schwabAnswers.prove = () => {}
  return pipeline
}

/** The person pastes what `answerWith` makes of the link that was printed; later questions get `answers`. */
const pasting = async (
  pipeline: MemoryPipeline,
  answerWith: (link: URL) => string | undefined,
  { args = [], answers = [] }: { readonly args?: readonly string[]; readonly answers?: readonly string[] } = {},
) => {
  const rest = [...answers]
  let asked = 0
  const deps = cliDeps({
    pipeline,
    readLine: (prompt) => {
      if (!prompt.includes('Paste')) return rest.shift()
      return asked++ === 0 ? answerWith(new URL(deps.printed().trim())) : undefined
    },
  })
  const code = await runCli(['reauth', '--paste', ...args], deps)
  expect(deps.printed() + deps.remarked()).not.toMatch(SECRETS)
  return { code, printed: deps.printed(), remarked: deps.remarked() }
}

const comingBack = (link: URL, fields: Readonly<Record<string, string>> = { code: CODE }): string => {
  const query = new URLSearchParams({ ...fields, session: 'x', state: link.searchParams.get('state') ?? '' })
  return `${link.searchParams.get('redirect_uri')}/?${query.toString()}`
}
const currentOf = async (pipeline: MemoryPipeline) => parseToken((await pipeline.secret.current()).value)

describe('kite reauth --paste', () => {
  it('prints the login page, exchanges the code once and puts the proven token in use', async () => {
    const pipeline = ready(tokenText({ account: 'mine' }))
    let exchanges = 0
    pipeline.schwabAnswers.exchange = () => {
      exchanges++
      return login()
    }
    const { code, printed } = await pasting(pipeline, (link) => comingBack(link))
    expect(code).toBe(0)
    expect(printed).toMatch(
      /^https:\/\/schwab\.test\/v1\/oauth\/authorize\?client_id=app-key&redirect_uri=https%3A%2F%2F127\.0\.0\.1%3A8182&response_type=code&state=[\w-]{43}\n/,
    )
    expect(printed).toMatch(/Logged in\. The new token is proven and in use until Tuesday, March 17, 10:00 New York time/)
    expect(exchanges).toBe(1)
    expect((await currentOf(pipeline)).accessToken).toBe('marked-new')
    expect(pipeline.memory.proven()).toMatchObject({ how: 'login', loggedInAt: NOW })
  })

  it('is the first login of an empty secret', async () => {
    const pipeline = ready()
    expect((await pasting(pipeline, (link) => comingBack(link))).code).toBe(0)
    expect((await currentOf(pipeline)).refreshToken).toBe('marked-new-refresh')
  })

  it.each([
    ['in quotes of a terminal', (address: string) => `  "${address}" `],
    ['in curly quotes', (address: string) => `“${address}”`],
    ['in the angle brackets of a mail', (address: string) => `<${address}>`],
    ['without its scheme, as iOS copies it', (address: string) => address.replace('https://', '')],
    ['with the & of an HTML page', (address: string) => address.replaceAll('&', '&amp;')],
    ['with a full stop after it', (address: string) => `It says: ${address}.`],
    ['with spaces in it', (address: string) => address.replaceAll('&', ' & ')],
    ['with the line breaks of where it was wrapped', (address: string) => address.replaceAll(/(.{40})/g, '$1\r\n')],
    ['with the backslashes of a shell', (address: string) => address.replaceAll(/[?&=]/g, '\\$&')],
    ['with a fragment', (address: string) => `${address}#`],
    ['from its question mark on', (address: string) => address.slice(address.indexOf('?'))],
    ['from its first field on', (address: string) => address.slice(address.indexOf('?') + 1)],
  ])('takes an address %s', async (_, copied) => {
    const pipeline = ready()
    const codes: string[] = []
    pipeline.schwabAnswers.exchange = (code) => {
      codes.push(code)
      return login()
    }
    expect((await pasting(pipeline, (link) => copied(comingBack(link)))).code).toBe(0)
    expect(codes).toEqual([CODE])
  })

  it.skipIf(casesDir() === undefined)('takes the address that ended the login once', async () => {
    const copied = readFileSync(join(casesDir() ?? '', 'pasted-callback-without-scheme.txt'), 'utf8')
    const state = (link: URL): string => link.searchParams.get('state') ?? ''
    expect((await pasting(ready(), (link) => copied.replace('STATE', state(link)))).code).toBe(0)
  })

  it('asks again after a slip of the hand, for the code lives half a minute', async () => {
    const slips = ['', 'hello', 'https://127.0.0.1:8182/', `https://127.0.0.1:8182/?code=${CODE}&state=other`]
    const pipeline = ready()
    const deps = cliDeps({ pipeline, readLine: () => slips.shift() ?? comingBack(new URL(deps.printed().trim())) })
    expect(await runCli(['reauth', '--paste'], deps)).toBe(0)
    expect(deps.remarked().match(/paste it again/g)).toHaveLength(4)
    expect((await currentOf(pipeline)).accessToken).toBe('marked-new')
  })

  it('ends an outage, and says what comes next', async () => {
    const pipeline = ready(tokenText({ account: 'mine' }))
    await pipeline.memory.markDead({ version: 'version-1', reason: 'reauth_required', now: NOW - HOUR })
    const { code, printed } = await pasting(pipeline, (link) => comingBack(link))
    expect(code).toBe(0)
    expect(printed).toContain('Outage outage-1 is over for the token. The parked jobs are being sent back')
    expect(pipeline.events.published).toMatchObject([{ type: 'Reauthorized', detail: { outageId: 'outage-1', how: 'login' } }])
  })

  it.each([
    [
      'an address without a code',
      (link: URL) => `https://127.0.0.1:8182/?state=${link.searchParams.get('state')}`,
      'There is no code= in this address',
    ],
    ['an empty code', (link: URL) => comingBack(link, { code: '' }), 'There is no code= in this address'],
    ['the login page itself', (link: URL) => link.href, 'There is no code= in this address'],
    ['the answer to another login', () => `https://127.0.0.1:8182/?code=${CODE}&state=other`, 'belongs to another login'],
    ['a code without a state', () => `https://127.0.0.1:8182/?code=${CODE}`, 'belongs to another login'],
    ['a no', (link: URL) => comingBack(link, { error: 'access_denied' }), 'refused or cancelled'],
    ['only a code', () => CODE, 'That is no address'],
    ['nothing', () => undefined, 'no address came'],
  ])('asks Schwab for nothing when it is given %s', async (_, answer, message) => {
    const pipeline = memoryPipeline({ now: NOW, token: tokenText({ account: 'mine' }) })
    const { code, remarked } = await pasting(pipeline, answer)
    expect(code).toBe(1)
    expect(remarked).toContain(message)
    expect((await currentOf(pipeline)).accessToken).toBe('marked-access')
  })

  it.each([
    ['the code is refused', new GrantRefused('token: 400'), 'Schwab did not accept the code'],
    ['the app is refused', new ClientRefused('token: 401'), 'Schwab does not accept the app'],
    ['Schwab is down', new SchwabUnavailable('token: 500'), 'Schwab does not answer'],
  ])('keeps what is stored when %s', async (_, error, title) => {
    const pipeline = ready(tokenText({ account: 'mine' }))
    pipeline.schwabAnswers.exchange = () => {
      throw error
    }
    const { code, printed } = await pasting(pipeline, (link) => comingBack(link))
    expect(code).toBe(1)
    expect(printed).toContain(title)
    expect((await currentOf(pipeline)).accessToken).toBe('marked-access')
  })

  it('keeps what is stored when the login brings no refresh token', async () => {
    const pipeline = ready(tokenText({ account: 'mine' }))
    pipeline.schwabAnswers.exchange = () => ({ accessToken: 'marked-new', expiresInSeconds: 3600 })
    expect((await pasting(pipeline, (link) => comingBack(link))).printed).toContain('No refresh token came')
    expect((await currentOf(pipeline)).accessToken).toBe('marked-access')
  })

  it('keeps what is stored when the login has no market data', async () => {
    const pipeline = ready(tokenText({ account: 'mine' }))
    pipeline.schwabAnswers.prove = () => {
      throw new AccessRefused('quotes: Schwab answered 401')
    }
    const { code, printed } = await pasting(pipeline, (link) => comingBack(link))
    expect(code).toBe(1)
    expect(printed).toContain('No market data with this login')
    expect((await currentOf(pipeline)).accessToken).toBe('marked-access')
  })

  it('says that a login that cannot be proven yet is kept', async () => {
    const pipeline = ready(tokenText({ account: 'mine' }))
    pipeline.schwabAnswers.prove = () => {
      throw new SchwabUnavailable('quotes: 500')
    }
    const { code, printed } = await pasting(pipeline, (link) => comingBack(link))
    expect(code).toBe(1)
    expect(printed).toContain('Stored, but not in use yet')
    expect((await pipeline.secret.pending())?.value).toContain('marked-new')
  })

  it('uses another account only when the person agrees', async () => {
    for (const [options, code, current] of [
      [{ answers: ['yes'] }, 0, 'marked-new'],
      [{ answers: ['no'] }, 1, 'marked-access'],
      [{ args: ['--yes'] }, 0, 'marked-new'],
    ] as const) {
      const pipeline = ready(tokenText({ account: 'mine' }))
      pipeline.schwabAnswers.exchange = () => login('yours')
      expect((await pasting(pipeline, (link) => comingBack(link), options)).code).toBe(code)
      expect((await currentOf(pipeline)).accessToken).toBe(current)
    }
  })

  it.each([
    ['https://localhost:9000/back', 'https%3A%2F%2Flocalhost%3A9000%2Fback&'],
    ['https://abc.execute-api.us-east-1.amazonaws.com/reauth/callback', 'https%3A%2F%2F127.0.0.1%3A8182&'],
  ])('comes back to the callback that kite setup has stored only if that is on this machine: %s', async (callbackUrl, sent) => {
    const app = async () => ({ ...APP, callbackUrl })
    const { printed } = await pasting({ ...ready(), app }, (link) => comingBack(link))
    expect(printed).toContain(`redirect_uri=${sent}`)
    const given = await pasting({ ...ready(), app }, (link) => comingBack(link), { args: ['--callback', 'https://example.org/back'] })
    expect(given.printed).toContain('redirect_uri=https%3A%2F%2Fexample.org%2Fback&')
  })

  it('sends the callback that is registered, to the letter', async () => {
    const { printed } = await pasting(ready(), (link) => comingBack(link), { args: ['--callback', 'https://example.org/back'] })
    expect(printed).toContain('redirect_uri=https%3A%2F%2Fexample.org%2Fback&')
  })
})

/** A listener whose browser makes these visits, one after the other, and keeps the pages it is shown. */
const browser = (
  visits: () => readonly string[],
): CallbackListener & { readonly pages: CallbackPage[]; readonly closed: () => boolean } => {
  const pages: CallbackPage[] = []
  let [visited, closed] = [0, false]
  return {
    pages,
    closed: () => closed,
    next: async () => {
      const address = visits()[visited++]
      if (address === undefined) throw new Error('the browser made no further visit')
      return { query: new URL(address).searchParams, answer: async (page) => void pages.push(page) }
    },
    close: async () => {
      closed = true
    },
  }
}

const listening = async (pipeline: MemoryPipeline, visitsOf: (link: URL) => readonly string[], readLine?: () => string) => {
  const listener = browser(() => visitsOf(new URL(deps.printed().split('\n')[0] ?? '')))
  const deps = cliDeps({ pipeline, listener, ...(readLine !== undefined && { readLine }) })
  const code = await runCli(['reauth'], deps)
  expect(deps.printed() + deps.remarked() + JSON.stringify(listener.pages)).not.toMatch(SECRETS)
  expect(listener.closed()).toBe(true)
  return { code, titles: listener.pages.map(({ title }) => title), printed: deps.printed(), remarked: deps.remarked() }
}

describe('kite reauth', () => {
  it('waits for the browser and shows it how the login ended', async () => {
    const pipeline = ready(tokenText({ account: 'mine' }))
    const { code, titles } = await listening(pipeline, (link) => [comingBack(link)])
    expect({ code, titles }).toEqual({ code: 0, titles: ['Logged in'] })
    expect((await currentOf(pipeline)).accessToken).toBe('marked-new')
  })

  it('goes on waiting after an answer that is not of this login', async () => {
    const visits = (link: URL) => ['https://127.0.0.1:8182/', `https://127.0.0.1:8182/?code=${CODE}&state=old`, comingBack(link)]
    const { code, titles } = await listening(ready(), visits)
    expect({ code, titles }).toEqual({ code: 0, titles: ['No code', 'Not this login', 'Logged in'] })
  })

  it('ends when the person pressed Deny', async () => {
    const { code, titles, remarked } = await listening(ready(), (link) => [comingBack(link, { error: 'access_denied' })])
    expect({ code, titles }).toEqual({ code: 1, titles: ['Not logged in'] })
    expect(remarked).toContain('Schwab says: access_denied')
  })

  it('quotes no error that somebody made up', async () => {
    const { remarked } = await listening(ready(), (link) => [comingBack(link, { error: '<b>marked</b>' })])
    expect(remarked).toContain('Schwab says: error\n')
  })

  it('asks in the terminal about another account, and says so in the browser', async () => {
    const pipeline = ready(tokenText({ account: 'mine' }))
    pipeline.schwabAnswers.exchange = () => login('yours')
    const { code, titles } = await listening(
      pipeline,
      (link) => [comingBack(link)],
      () => 'yes',
    )
    expect({ code, titles }).toEqual({ code: 0, titles: ['Another account'] })
  })

  it('tells the browser too when AWS fails in the middle', async () => {
    const pipeline = ready(tokenText({ account: 'mine' }))
    vi.spyOn(pipeline.secret, 'promote').mockRejectedValue(new AwsUnavailable('the secret store is down'))
    const { code, titles, remarked } = await listening(pipeline, (link) => [comingBack(link)])
    expect({ code, titles }).toEqual({ code: 1, titles: ['That did not work'] })
    expect(remarked).toContain('the secret store is down')
  })

  it.each([
    [['--listen', '--paste'], 'write one of --listen, --paste and --link'],
    [['--callback', '127.0.0.1'], '--callback 127.0.0.1 is no URL'],
  ])('refuses %j with exit code 2', async (args, message) => {
    const deps = cliDeps()
    expect(await runCli(['reauth', ...args], deps)).toBe(2)
    expect(deps.remarked()).toContain(message)
  })
})

describe('kite reauth --link', () => {
  const linkOf = async (pipeline: MemoryPipeline, ...args: readonly string[]) => {
    const deps = cliDeps({ pipeline })
    const code = await runCli(['reauth', '--link', ...args], deps)
    expect(deps.printed() + deps.remarked()).not.toMatch(SECRETS)
    const ticket = code === 0 ? (new URL(deps.printed().trim()).searchParams.get('ticket') ?? '') : ''
    return { code, printed: deps.printed(), remarked: deps.remarked(), subject: readTicket(ticket, APP.signingKey)?.subject }
  }

  it('is for the open outage', async () => {
    const pipeline = memoryPipeline({ now: NOW, token: tokenText({ account: 'mine' }) })
    await pipeline.memory.markDead({ version: 'version-1', reason: 'reauth_required', now: NOW })
    const { printed, subject } = await linkOf(pipeline)
    expect(printed).toMatch(/^https:\/\/login\.test\/reauth\?ticket=[\w.-]+\n$/)
    expect(subject).toBe('outage:outage-1')
  })

  it('is else for a login before the present one ends', async () => {
    const pipeline = memoryPipeline({ now: NOW, token: tokenText({ account: 'mine' }) })
    const proven = {
      version: 'version-1',
      how: 'login',
      now: NOW,
      loggedInAt: NOW - HOUR,
      accessExpiresAt: NOW,
      refreshExpiresAt: NOW,
    } as const
    await pipeline.memory.recordProven(proven)
    expect((await linkOf(pipeline)).subject).toBe(`login:${NOW - HOUR}`)
  })

  it('needs a login to have been', async () => {
    expect((await linkOf(memoryPipeline({ now: NOW }))).remarked).toContain('run kite reauth without --link')
  })

  it('asks for the address of the endpoint where it cannot be found, and takes it', async () => {
    const pipeline = memoryPipeline({ now: NOW, token: tokenText({ account: 'mine' }) })
    await pipeline.memory.markDead({ version: 'version-1', reason: 'reauth_required', now: NOW })
    const lost = { ...pipeline, reauthUrl: async () => undefined }
    expect((await linkOf(lost)).remarked).toContain('give it with --url')
    expect((await linkOf(lost, '--url', 'https://api.test')).printed).toMatch(/^https:\/\/api\.test\/reauth\?/)
  })
})
