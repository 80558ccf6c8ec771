import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { CommandFailed, OutputClosed } from '../../cli/command.ts'
import { printTo } from '../../cli/print-to.ts'
import { runCli } from '../../cli/run-cli.ts'
import { AwsUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts'
import { cliDeps } from '../fakes/cli-deps.ts'

const COMMANDS = [
  'setup',
  'migrate',
  'status',
  'doctor',
  'token',
  'export',
  'capacity',
  'reauth',
  'redrive',
  'ticker',
  'dlq',
  'backfill',
  'sim',
]

describe('kite', () => {
  it.each([[], ['--help'], ['help'], ['-h']])('lists its commands: %s', async (...args) => {
    const deps = cliDeps()
    expect(await runCli(args, deps)).toBe(0)
    for (const name of COMMANDS) expect(deps.printed()).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  it('lists them by what they are for', async () => {
    const deps = cliDeps()
    await runCli([], deps)
    const lists = deps.printed().split(/\n(?=Set up|See|Repair|Play)/)
    const names = (list: string | undefined): readonly string[] => [...(list ?? '').matchAll(/^  (\w+) /gm)].map(([, name]) => name ?? '')
    expect(lists.slice(1).map((list) => [list.split('\n')[0], ...names(list)])).toEqual([
      ['Set up', 'setup', 'migrate'],
      ['See', 'status', 'doctor', 'token', 'export', 'capacity'],
      ['Repair', 'reauth', 'redrive', 'ticker', 'dlq', 'backfill'],
      ['Play', 'sim'],
    ])
  })

  it('says in one line what an outside system did not do', async () => {
    const deps = { ...cliDeps(), openDatabase: () => Promise.reject(new StoreUnavailable('begin_tick: no answer')) }
    expect(await runCli(['status'], deps)).toBe(1)
    expect(deps.remarked()).toBe('kite: begin_tick: no answer\n')
  })

  it.each([
    ['CredentialsProviderError', 'Could not load credentials', 'no AWS credentials were found: run aws configure'],
    ['CredentialsProviderError', 'The SSO session has expired', 'your login at AWS has ended: log in again'],
    ['ExpiredTokenException', '', 'AWS does not accept the credentials (ExpiredTokenException): they are wrong or have ended'],
    ['AccessDeniedException', '', 'Secrets Manager did not take the call: your AWS credentials may not do this: use those of the account'],
    ['TimeoutError', '', 'AWS cannot be reached: it does not answer in time: is this machine online'],
    ['InternalServiceError', '', 'Secrets Manager did not take the call'],
  ])('says what to do about AWS: %s %s', async (name, message, says) => {
    const cause = Object.assign(new Error(message), { name })
    const failing = new AwsUnavailable('Secrets Manager did not take the call', { cause })
    const deps = { ...cliDeps(), openDatabase: () => Promise.reject(failing) }
    expect(await runCli(['status'], deps)).toBe(1)
    expect(deps.remarked()).toContain(`kite: ${says}`)
  })

  it('answers an unknown command with the list and exit code 2', async () => {
    const deps = cliDeps()
    expect(await runCli(['stats'], deps)).toBe(2)
    expect(deps.printed()).toBe('')
    expect(deps.remarked()).toMatch(/^kite: there is no command stats\n/)
    expect(deps.remarked()).toContain('  status ')
  })

  it.each(COMMANDS)('has help for %s that opens nothing', async (name) => {
    const deps = cliDeps()
    expect(await runCli([name, '--ticker', 'x', '--help'], deps)).toBe(0)
    expect(deps.printed()).toContain(`kite ${name} `)
  })

  it.each([
    [['status', '--tickers', 'QQQ'], "Unknown option '--tickers'"],
    [['status', 'QQQ'], "Unexpected argument 'QQQ'"],
    [['status', '--days', '0'], '--days 0: write a whole number'],
    [['status', '--ticker', 'qqq'], '--ticker qqq is not in capital letters: write QQQ'],
    [['export', '--from', '2026-01-02'], '--to is missing'],
    [['export', '--from', '2026-02-30', '--to', '2026-03-01'], '--from 2026-02-30 is not a date'],
    [['export', '--from', '2026-01-05', '--to', '2026-01-02'], '--from 2026-01-05 is later than --to 2026-01-02'],
    [['export', '--from', '2026-01-02', '--to', '2026-01-02', '--format', 'xml'], '--format xml: write csv or json'],
    [['export', '--from', '2026-01-02', '--to', '2026-01-02', '--ticker', 'QQQ,,SPY'], 'an empty ticker'],
    [['capacity', '--tickers', 'many'], '--tickers many: write a whole number from 1 to 1000000'],
    [['capacity', '--tickers', '0'], '--tickers 0: write a whole number'],
    [['capacity', '--tickers', '-3'], '--tickers -3: write a whole number'],
    [['capacity', '--tickers=-3'], '--tickers -3: write a whole number'],
    [['capacity', '--tickers', '2.5'], '--tickers 2.5: write a whole number'],
    [['capacity', '--tickers', ''], '--tickers : write a whole number'],
    [['capacity', '--json', '-3'], "Unknown option '-3'"],
  ])('refuses %j with exit code 2', async (args, message) => {
    const deps = cliDeps()
    expect(await runCli(args, deps)).toBe(2)
    expect(deps.remarked()).toContain(message)
    expect(deps.remarked()).toContain(`kite ${args[0]} --help`)
    expect(deps.printed()).toBe('')
  })

  it('says in one line what a command could not do, with exit code 1', async () => {
    const deps = { ...cliDeps(), openDatabase: () => Promise.reject(new CommandFailed('the database at x does not answer')) }
    expect(await runCli(['status'], deps)).toBe(1)
    expect(deps.remarked()).toBe('kite: the database at x does not answer\n')
  })

  it('takes a reader that left early for no failure', async () => {
    const deps = { ...cliDeps(), print: () => Promise.reject(new OutputClosed('gone')) }
    expect(await runCli(['capacity'], deps)).toBe(0)
  })

  it('does not hide a bug, and does not print what it quotes', async () => {
    const deps = { ...cliDeps(), loadConfig: () => JSON.parse('{"a secret": ') }
    expect(await runCli(['capacity'], deps)).toBe(1)
    expect(deps.remarked()).toMatch(/^kite: capacity failed by a mistake of its own: SyntaxError\n  at .*cli\.test\.ts/s)
    expect(deps.remarked()).not.toContain('a secret')
  })
})

describe('printing', () => {
  it('waits until the stream has taken the text', async () => {
    const stream = new PassThrough()
    await printTo(stream)('a line\n')
    expect(String(stream.read())).toBe('a line\n')
  })

  it('tells a reader that has left from other failures', async () => {
    const broken = (code: string): Writable =>
      new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) })
    await expect(printTo(broken('EPIPE'))('x')).rejects.toThrow(OutputClosed)
    await expect(printTo(broken('ENOSPC'))('x')).rejects.toThrow('ENOSPC')
  })
})
