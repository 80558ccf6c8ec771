import { describe, expect, it } from 'vitest'
import { runCli } from '../../cli/run-cli.ts'
import { AccessRefused, GrantRefused, SchwabUnavailable } from '../../shared/domain/errors.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { parseToken } from '../../shared/domain/token.ts'
import { cliDeps } from '../fakes/cli-deps.ts'
import { memoryPipeline, type MemoryPipeline } from '../fakes/cli-pipeline.ts'
import { NOW, SECRETS, tokenText } from '../fakes/cli-tokens.ts'

const importing = async (
  pipeline: MemoryPipeline | undefined,
  text: string,
  { args = [], answer }: { readonly args?: readonly string[]; readonly answer?: string } = {},
) => {
  const asked: string[] = []
  const readLine = (prompt: string): string | undefined => {
    asked.push(prompt)
    return answer
  }
  const deps = cliDeps({ pipeline, files: { 'token.json': text }, ...(answer !== undefined && { readLine }) })
  const code = await runCli(['token', 'import', 'token.json', ...args], deps)
  expect(deps.printed() + deps.remarked() + asked.join()).not.toMatch(SECRETS)
  return { code, printed: deps.printed(), remarked: deps.remarked(), asked }
}

const working = (token = tokenText()): MemoryPipeline => {
  const pipeline = memoryPipeline({ now: NOW, token })
  pipeline.schwabAnswers.prove = () => {}
  return pipeline
}
const currentOf = async (pipeline: MemoryPipeline) => parseToken((await pipeline.secret.current()).value)

describe('kite token import', () => {
  it('puts a token that works in place of the stored one and says how long it lasts', async () => {
    const pipeline = working()
    const { code, printed } = await importing(pipeline, tokenText({ accessToken: 'marked-new', loggedInAt: NOW - HOUR }))
    expect(code).toBe(0)
    expect((await currentOf(pipeline)).accessToken).toBe('marked-new')
    expect(printed).toMatch(/^The token is proven and in use as version version-2; it lasts until Tuesday, March 17, 09:00 New York time/)
    expect(pipeline.memory.proven()).toMatchObject({ version: 'version-2', how: 'by_hand' })
  })

  it('is the first token of an empty secret', async () => {
    const pipeline = memoryPipeline({ now: NOW })
    pipeline.schwabAnswers.prove = () => {}
    expect((await importing(pipeline, tokenText())).code).toBe(0)
    expect((await currentOf(pipeline)).accessToken).toBe('marked-access')
  })

  it('ends an outage and publishes it', async () => {
    const pipeline = working()
    await pipeline.memory.markDead({ version: 'version-1', reason: 'reauth_required', now: NOW - HOUR })
    const { code, printed } = await importing(pipeline, tokenText({ accessToken: 'marked-new' }))
    expect(code).toBe(0)
    expect(printed).toContain('Outage outage-1 is over for the token')
    expect(pipeline.events.published).toMatchObject([{ type: 'Reauthorized', detail: { outageId: 'outage-1', how: 'by_hand' } }])
  })

  it.each([
    [
      '{"access_token":"marked","expires_in":"3600"}',
      'token.json cannot be used: the token has no refresh_token: it is a client-credentials token',
    ],
    ['marked', 'token.json cannot be used: the token is not JSON: look at line 1, column 1'],
  ])('refuses %s before anything is called', async (text, message) => {
    const { code, remarked } = await importing(undefined, text)
    expect(code).toBe(1)
    expect(remarked).toContain(message)
  })

  it.each([
    [
      'whose refresh token is refused',
      { accessExpiresAt: 0 },
      () => {
        throw new GrantRefused('token: Schwab answered 400')
      },
      'Schwab does not accept its refresh token any more. What was stored before is untouched',
    ],
    [
      'while Schwab is down',
      {},
      () => {
        throw new SchwabUnavailable('token: Schwab did not answer in time')
      },
      'Schwab does not answer at the moment',
    ],
  ])('keeps the working token when it is given one %s', async (_, fields, refuse, message) => {
    const pipeline = working(tokenText({ accessToken: 'marked-old' }))
    pipeline.schwabAnswers.refresh = refuse
    pipeline.schwabAnswers.prove = refuse
    const { code, remarked } = await importing(pipeline, tokenText(fields))
    expect(code).toBe(1)
    expect(remarked).toContain(message)
    expect((await currentOf(pipeline)).accessToken).toBe('marked-old')
    expect(pipeline.events.published).toEqual([])
  })

  it('keeps the working token when market data is refused even with a fresh access token', async () => {
    const pipeline = working(tokenText({ accessToken: 'marked-old' }))
    pipeline.schwabAnswers.refresh = () => ({ accessToken: 'marked-fresh' })
    pipeline.schwabAnswers.prove = () => {
      throw new AccessRefused('quotes: Schwab answered 401')
    }
    const { code, remarked } = await importing(pipeline, tokenText())
    expect(code).toBe(1)
    expect(remarked).toContain('Schwab refuses market data with it. What was stored before is untouched')
    expect((await currentOf(pipeline)).accessToken).toBe('marked-old')
  })

  it('asks before it takes another account, and takes no silence for a yes', async () => {
    for (const [answer, code, current] of [
      ['yes', 0, 'marked-new'],
      ['y', 1, 'marked-access'],
      ['', 1, 'marked-access'],
    ] as const) {
      const pipeline = working(tokenText({ account: 'mine' }))
      const result = await importing(pipeline, tokenText({ account: 'yours', accessToken: 'marked-new' }), { answer })
      expect(result.code).toBe(code)
      expect(result.asked).toEqual(['token.json is of another Schwab account than the token stored. Type yes to go on: '])
      expect((await currentOf(pipeline)).accessToken).toBe(current)
    }
  })

  it('asks nothing for the same account, for an unknown one, or with --yes', async () => {
    const cases = [
      [tokenText({ account: 'mine' }), tokenText({ account: 'mine' }), []],
      [tokenText(), tokenText({ account: 'yours' }), []],
      ['garbage', tokenText({ account: 'yours' }), []],
      [tokenText({ account: 'mine' }), tokenText({ account: 'yours' }), ['--yes']],
    ] as const
    for (const [stored, file, args] of cases) expect((await importing(working(stored), file, { args })).code).toBe(0)
  })
})
