import { describe, expect, it } from 'vitest'
import { runCli } from '../../cli/run-cli.ts'
import { AwsUnavailable, StoreUnavailable, TokenUnreadable } from '../../shared/domain/errors.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { cliDeps } from '../fakes/cli-deps.ts'
import { memoryPipeline, type MemoryPipeline } from '../fakes/cli-pipeline.ts'
import { NOW, SECRETS, tokenText } from '../fakes/cli-tokens.ts'

const kite = async (pipeline: MemoryPipeline, ...args: readonly string[]) => {
  const deps = cliDeps({ pipeline })
  const code = await runCli(['token', ...args], deps)
  expect(deps.printed() + deps.remarked()).not.toMatch(SECRETS)
  return { code, printed: deps.printed(), remarked: deps.remarked() }
}

const proven = async (pipeline: MemoryPipeline, version: string): Promise<void> => {
  const [loggedInAt, accessExpiresAt] = [NOW - 24 * HOUR, NOW + 20 * 60_000]
  const token = { version, how: 'login', now: NOW - HOUR, loggedInAt, accessExpiresAt, refreshExpiresAt: undefined } as const
  await pipeline.memory.recordProven(token)
}

describe('kite token', () => {
  it('tells a proven token alive, with both clocks in New York time and UTC and how long is left', async () => {
    const pipeline = memoryPipeline({ now: NOW, token: tokenText() })
    await proven(pipeline, 'version-1')
    const { code, printed, remarked } = await kite(pipeline)
    expect(code).toBe(0)
    expect(remarked).toBe('kite: a pipeline in memory\n')
    expect(printed).toMatch(/^state +alive$/m)
    expect(printed).toMatch(/^version +version-1, proven by a data call$/m)
    expect(printed).toMatch(/^access token +20 min left, until Tuesday, March 10, 10:20 New York time \(2026-03-10T14:20:00.000Z\)$/m)
    expect(printed).toMatch(/^refresh token +6 d left, until Monday, March 16, 10:00 New York time \(2026-03-16T14:00:00.000Z\)$/m)
    expect(printed).toMatch(/^open outage +none$/m)
    expect(printed).toMatch(/^2026-03-10T13:00:00.000Z +logged in +version-1 +-$/m)
  })

  it('says of a token that was put by hand that nobody has proven it', async () => {
    const { code, printed } = await kite(memoryPipeline({ now: NOW, token: tokenText() }))
    expect(code).toBe(0)
    expect(printed).toMatch(/put by hand, not proven yet/)
  })

  it.each([
    [49, 'alive'],
    [48, 'expiring'],
    [1, 'expiring'],
  ])('calls it with %i hours left %s', async (hours, state) => {
    const loggedInAt = NOW - (7 * 24 - hours) * HOUR
    const { code, printed } = await kite(memoryPipeline({ now: NOW, token: tokenText({ loggedInAt }) }))
    expect(code).toBe(0)
    expect(printed).toMatch(new RegExp(`^state +${state}$`, 'm'))
  })

  it('calls it dead when its version died, and shows the outage, with exit code 1', async () => {
    const pipeline = memoryPipeline({ now: NOW, token: tokenText() })
    await pipeline.memory.markDead({ version: 'version-1', reason: 'entitlement', now: NOW - 2 * HOUR })
    await pipeline.memory.countParked('outage-1', 7)
    const { code, printed } = await kite(pipeline)
    expect(code).toBe(1)
    expect(printed).toMatch(/^state +dead$/m)
    expect(printed).toMatch(/^why +Schwab gives out tokens but answers 401 to market data/m)
    expect(printed).toMatch(/^open outage +outage-1, entitlement, since .*, 2 h ago, 7 jobs parked$/m)
    expect(printed).toMatch(/died +version-1 +outage-1$/m)
  })

  it('calls another version than the dead one alive', async () => {
    const pipeline = memoryPipeline({ now: NOW, token: tokenText() })
    await pipeline.memory.markDead({ version: 'version-0', reason: 'entitlement', now: NOW })
    expect((await kite(pipeline)).printed).toMatch(/^state +alive$/m)
  })

  it('calls it dead when seven days have passed, whatever the database says', async () => {
    const { code, printed } = await kite(memoryPipeline({ now: NOW, token: tokenText({ loggedInAt: NOW - 7 * 24 * HOUR }) }))
    expect(code).toBe(1)
    expect(printed).toMatch(/^why +the login has ended/m)
  })

  it('calls it missing when the secret has no value', async () => {
    const { code, printed } = await kite(memoryPipeline({ now: NOW }))
    expect(code).toBe(1)
    expect(printed).toMatch(/^state +missing$/m)
    expect(printed).not.toMatch(/access token/)
  })

  it.each([
    ['{"access_token":"marked-1","expires_in":"3600"}', 'it is a client-credentials token'],
    ['marked garbage', 'the token is not JSON: look at line 1, column 1'],
  ])('calls what cannot be used dead and says why', async (text, why) => {
    const { code, printed } = await kite(memoryPipeline({ now: NOW, token: text }))
    expect(code).toBe(1)
    expect(printed).toMatch(/^state +dead$/m)
    expect(printed).toContain(why)
  })

  it('does not take a secret that it may not read for a missing one', async () => {
    const pipeline = memoryPipeline({ now: NOW })
    const cause = Object.assign(new Error('no'), { name: 'AccessDeniedException' })
    const current = () => Promise.reject(new TokenUnreadable('Secrets Manager refused the call: AccessDeniedException', { cause }))
    const { code, remarked, printed } = await kite({ ...pipeline, secret: { ...pipeline.secret, current } })
    expect({ code, printed }).toEqual({ code: 1, printed: '' })
    expect(remarked).toContain('AccessDeniedException')
  })

  it('says in one line that AWS does not answer', async () => {
    const pipeline = memoryPipeline({ now: NOW })
    const current = () => Promise.reject(new AwsUnavailable('Secrets Manager did not take the call: TimeoutError'))
    const { code, remarked } = await kite({ ...pipeline, secret: { ...pipeline.secret, current } })
    expect(code).toBe(1)
    expect(remarked).toContain('kite: Secrets Manager did not take the call')
  })

  it('still tells what the secret says while the database does not answer', async () => {
    const pipeline = memoryPipeline({ now: NOW, token: tokenText() })
    const store = () => Promise.reject(new StoreUnavailable('the database does not answer'))
    const { code, printed, remarked } = await kite({ ...pipeline, store })
    expect(code).toBe(0)
    expect(printed).toMatch(/^state +alive$/m)
    expect(printed).toMatch(/the database does not say/)
    expect(remarked).toContain('whether it was found dead is not known: the database does not answer')
  })

  it('speaks to programs in UTC, with null for what is not known', async () => {
    const pipeline = memoryPipeline({ now: NOW, token: tokenText({ loggedInAt: undefined, accessExpiresAt: 0 }) })
    await pipeline.memory.markDead({ version: 'version-1', reason: 'reauth_required', now: NOW })
    const { code, printed } = await kite(pipeline, '--json', '--history', '1')
    expect(code).toBe(1)
    expect(JSON.parse(printed)).toEqual({
      at: '2026-03-10T14:00:00.000Z',
      state: 'dead',
      why: expect.stringContaining('Schwab no longer accepts'),
      versionId: 'version-1',
      proven: false,
      loggedInAt: null,
      accessExpiresAt: null,
      refreshExpiresAt: null,
      openOutage: {
        id: 'outage-1',
        reason: 'reauth_required',
        startedAt: '2026-03-10T14:00:00.000Z',
        announcedAt: null,
        reauthorizedAt: null,
        restoredAt: null,
        parked: 0,
        redriven: 0,
      },
      recovering: [],
      history: [{ at: '2026-03-10T14:00:00.000Z', what: 'died', version: 'version-1', outageId: 'outage-1' }],
      databaseProblem: null,
    })
  })

  it.each([
    [['export'], 'kite token has no export'],
    [['import'], 'write one file'],
    [['import', 'a', 'b'], 'write one file'],
    [['--history', 'all'], '--history all: write a whole number'],
  ])('refuses %j with exit code 2', async (args, message) => {
    const deps = cliDeps()
    expect(await runCli(['token', ...args], deps)).toBe(2)
    expect(deps.remarked()).toContain(message)
  })
})
