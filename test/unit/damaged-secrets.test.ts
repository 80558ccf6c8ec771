import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { runCli } from '../../cli/run-cli.ts'
import { objectionToAppKey, objectionToSecretKey, objectionToSupabaseUrl } from '../../cli/setup/objections.ts'
import { parseAppSecret } from '../../shared/adapters/app-secret.ts'
import { schwabProof } from '../../shared/adapters/schwab-proof.ts'
import { schwabTokenEndpoint } from '../../shared/adapters/schwab-token-endpoint.ts'
import { schwab } from '../../shared/adapters/schwab.ts'
import { supabaseRpc } from '../../shared/adapters/supabase-rpc.ts'
import { printable } from '../../shared/domain/foreign-error.ts'
import { parseToken } from '../../shared/domain/token.ts'
import { describeError } from '../../shared/lambda/log.ts'
import { cliDeps } from '../fakes/cli-deps.ts'

const MARK = 'MARKED9f3c'
const APP = {
  schwabAppKey: `app-key-${MARK}-of-thirty-two-chars`,
  schwabAppSecret: `app-secret-${MARK}`,
  supabaseUrl: `https://${MARK.toLowerCase()}.supabase.co`,
  supabaseSecretKey: `sb_secret_${MARK}_and_more`,
  signingKey: `signing-key-${MARK}-of-thirty-two-characters`,
}
const TOKEN = { access_token: `I0.${MARK}@`, refresh_token: `${MARK}-refresh@` }

/** What pasting, editors and forms make of a value. */
const DAMAGES: Readonly<Record<string, (value: string, other: string) => unknown>> = {
  'a line break inside': (value) => `${value.slice(0, 14)}\n${value.slice(14)}`,
  'a NUL inside': (value) => `${value.slice(0, 14)}\0${value.slice(14)}`,
  'a zero-width space inside': (value) => `${value.slice(0, 14)}\u200b${value.slice(14)}`,
  'curly quotes around it': (value) => `“${value}”`,
  'a space behind it': (value) => `${value} `,
  'its second half cut off': (value) => value.slice(0, Math.ceil(value.length / 2)),
  'it twice': (value) => `${value}\r\n${value}`,
  'what belongs to another field': (_, other) => `${other} ${other}`,
  nothing: () => '',
  'a hundred kilobytes': (value) => value.repeat(Math.ceil(100_000 / value.length)),
}
/** These still look like what they were: Schwab or Supabase refuses them, and says so. */
const UNSEEN = new Set(['its second half cut off'])

const cases = (fields: object) => Object.keys(fields).flatMap((field) => Object.keys(DAMAGES).map((damage) => [field, damage] as const))

const damaged = (fields: Readonly<Record<string, string>>, field: string, damage: string) => {
  const other = Object.entries(fields).find(([name]) => name !== field)?.[1] ?? ''
  return { ...fields, [field]: DAMAGES[damage]?.(fields[field] ?? '', other) }
}

const failureOf = async (act: () => unknown): Promise<unknown> => {
  try {
    await act()
    return undefined
  } catch (error) {
    return error
  }
}

/** Everything that anybody prints of an error. */
const shown = async (failure: unknown): Promise<string> => {
  const deps = cliDeps()
  const thrown = printable(failure)
  await runCli(['status'], { ...deps, openDatabase: async () => Promise.reject(failure) })
  return [JSON.stringify(describeError(failure)), thrown.message, thrown.stack, String(thrown.cause), deps.remarked(), deps.printed()].join(
    '\n',
  )
}

const expectNothingOf = (text: string): void => expect(text.toLowerCase()).not.toContain(MARK.toLowerCase())

describe('a damaged application secret', () => {
  it.each(cases(APP))('is refused by the name of the field: %s with %s', async (field, damage) => {
    const error = await failureOf(() => parseAppSecret(JSON.stringify(damaged(APP, field, damage))))
    if (error === undefined) return expect(UNSEEN).toContain(damage)
    expect(error).toHaveProperty('message', expect.stringContaining(`no usable ${field}:`))
    expectNothingOf(await shown(error))
  })

  it.each([
    ['schwabAppKey', objectionToAppKey],
    ['schwabAppSecret', objectionToAppKey],
    ['supabaseUrl', objectionToSupabaseUrl],
    ['supabaseSecretKey', objectionToSecretKey],
  ] as const)('is refused by kite setup as well, with the same eyes: %s', (field, objection) => {
    for (const damage of Object.keys(DAMAGES)) {
      if (UNSEEN.has(damage) || damage === 'nothing') continue
      const said = objection(z.string().parse(damaged(APP, field, damage)[field]))
      expect(`${damage}: ${said}`).not.toBe(`${damage}: undefined`)
      expectNothingOf(String(said))
    }
  })
})

describe('a damaged token', () => {
  it.each(cases(TOKEN))('is refused without being quoted: %s with %s', async (field, damage) => {
    const error = await failureOf(() => parseToken(JSON.stringify({ token: damaged(TOKEN, field, damage) })))
    if (error === undefined) return expect(UNSEEN).toContain(damage)
    expectNothingOf(await shown(error))
  })
})

describe('an adapter that is given a damaged secret all the same', () => {
  // Nobody listens there.
  const base = { baseUrl: 'http://127.0.0.1:1', fetch, timeoutMs: 60_000 }
  const signal = new AbortController().signal
  const ADAPTERS: Readonly<Record<string, (value: string) => unknown>> = {
    'the database': (value) =>
      supabaseRpc({ url: APP.supabaseUrl.replace(/^.*$/, base.baseUrl), secretKey: value, timeoutMs: 60_000 })(
        'begin_tick',
        {},
        z.unknown(),
      ),
    'the address of the database': (value) =>
      supabaseRpc({ url: value, secretKey: 'sb_secret_x', timeoutMs: 60_000 })('begin_tick', {}, z.unknown()),
    'price history': (value) => schwab(base).priceHistory('QQQ', { from: 0, to: 1 }, value, { signal }),
    'the proof of a token': (value) => schwabProof(base).prove(value),
    'the key of the application': (value) => schwabTokenEndpoint({ ...base, appKey: value, appSecret: 'x' }).refresh('x'),
    'the refresh token': (value) => schwabTokenEndpoint({ ...base, appKey: 'x', appSecret: 'x' }).refresh(value),
  }

  it.each(Object.keys(ADAPTERS).flatMap((name) => Object.keys(DAMAGES).map((damage) => [name, damage] as const)))(
    'shows nothing of it: %s with %s',
    async (name, damage) => {
      const value = z.string().parse(DAMAGES[damage]?.(`http://127.0.0.1:1/${MARK}`, `http://127.0.0.1:1/${MARK}`))
      const error = await failureOf(() => ADAPTERS[name]?.(value))
      expect(error).toBeInstanceOf(Error)
      expectNothingOf(await shown(error))
    },
  )

  it('is a test that can fail: the error itself does quote it', async () => {
    const error = await failureOf(() => ADAPTERS['the database']?.(`sb_secret_\n${MARK}`))
    expect(String(error)).toContain(MARK)
  })
})
