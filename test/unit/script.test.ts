import { describe, expect, it } from 'vitest'
import { newYorkInstant } from '../../shared/domain/new-york.ts'
import { ACTIONS, FAULTS } from '../../local/script/known-plays.ts'
import { parseScript, type ScriptEntry } from '../../local/script/parse-script.ts'
import { scriptTimetable } from '../../local/script/script-timetable.ts'

const parse = (text: string) => parseScript(text, { file: 's.yml', functions: ['fetcher', 'writer', 'token-keeper'] })
const only = (text: string): ScriptEntry => {
  const [entry] = parse(text).entries
  if (entry === undefined) throw new Error('the script has no entry')
  return entry
}
/** One entry at ten o'clock with these lines. */
const entry = (...lines: readonly string[]): string => ['- at: 2019-02-12 10:00', ...lines.map((line) => `  ${line}`)].join('\n')
const faultIn = (...lines: readonly string[]) => {
  const { what } = only(entry(...lines))
  return what.kind === 'fault' ? what.fault : undefined
}
const problemsOf = (text: string): string => {
  try {
    parse(text)
  } catch (error) {
    return error instanceof Error && error.name === 'ScriptInvalid' ? error.message : `threw ${String(error)}`
  }
  return ''
}

describe('a script', () => {
  it('is played in the order of New York time, what is due together in the order of the file', () => {
    const { entries } = parse(`
- at: 2019-07-12 10:00:30
  action: reauthorize
- at: 2019-02-12 10:00
  fault: expire-access
- at: "2019-02-12 10:00"
  action: redrive
`)
    expect(entries.map(({ at }) => new Date(at).toISOString())).toEqual([
      '2019-02-12T15:00:00.000Z',
      '2019-02-12T15:00:00.000Z',
      '2019-07-12T14:00:30.000Z',
    ])
    expect(entries.map(({ line }) => line)).toEqual([4, 6, 2])
  })

  it('may have no entry', () => expect(parse('[]').entries).toEqual([]))

  it.each([
    ['expire-access', [], { on: 'schwab', fault: { fault: 'expire-access' }, forMs: undefined }],
    ['revoke-refresh', [], { on: 'schwab', fault: { fault: 'revoke-refresh', body: 'schwab' } }],
    ['revoke-refresh', ['body: unsupported'], { fault: { body: 'schwab' } }],
    ['revoke-refresh', ['body: invalid_grant'], { fault: { body: 'invalid-grant' } }],
    ['revoke-refresh', ['body: invalid_client'], { fault: { body: 'invalid-client-401' } }],
    ['revoke-refresh', ['body: empty', 'times: 2'], { fault: { body: 'empty', times: 2 } }],
    ['refresh-ok-data-401', ['for: 90s'], { forMs: 90_000 }],
    ['refresh-without-expiry', ['for: 20m'], { forMs: 1_200_000 }],
    ['refresh-without-refresh-token', ['for: 2h'], { forMs: 7_200_000 }],
    ['rotate', ['mode: kill-old', 'for: 1d'], { fault: { mode: 'rotate-and-kill-old' }, forMs: 86_400_000 }],
    ['rotate', ['mode: none'], { fault: { mode: 'none' } }],
    ['token-endpoint', ['answer: html-403'], { fault: { answer: 'html-403', seconds: 30 } }],
    [
      'data-endpoint',
      ['answer: 429-retry-after', 'seconds: 7', 'rate: 0.5'],
      { fault: { answer: '429-retry-after', seconds: 7, rate: 0.5 } },
    ],
    ['data-endpoint', ['answer: empty', 'symbols: [QQQ, BRK/B]'], { fault: { symbols: ['QQQ', 'BRK/B'] } }],
    ['late-bar', ['seconds: 20'], { fault: { seconds: 20 } }],
    ['provisional-bar', [], {}],
    ['restate-bar', ['minutes: 20'], { fault: { minutes: 20 } }],
    ['extra-bars', [], { fault: { hours: 3 } }],
    ['shuffled-bars', [], {}],
    ['data-endpoint', ['answer: cut', 'keep: 20'], { fault: { answer: 'cut', keep: 20 } }],
    ['bad-bars', [], {}],
    ['bad-bars', ['minute: 10:42', 'symbols: QQQ'], { fault: { minute: '10:42', symbols: ['QQQ'] } }],
    ['split', ['symbol: QQQ', 'ratio: 1.5'], { fault: { symbol: 'QQQ', ratio: 1.5 } }],
    ['rate-limit', ['per-minute: 60'], { fault: { perMinute: 60 } }],
    ['unknown-symbol-empty', [], {}],
    ['closed-day-400', [], {}],
    ['history-limit', ['days: 48'], { fault: { days: 48 } }],
    ['supabase', ['for: 1h'], { on: 'stack', fault: { fault: 'supabase', mode: 'down' }, forMs: 3_600_000 }],
    ['supabase', ['mode: slow', 'seconds: 2'], { fault: { mode: 'slow', seconds: 2 } }],
    ['supabase', ['answer: 500'], { fault: { mode: '500' } }],
    ['sqs-send-partial', ['times: 3'], { fault: { times: 3 } }],
    ['events-down', [], { on: 'stack' }],
    ['secret', ['mode: malformed'], { fault: { kind: 'malformed' } }],
    ['kill-function', ['name: fetcher', 'after: 300ms'], { fault: { name: 'fetcher', moment: { afterMs: 300 }, times: 1 } }],
    [
      'kill-function',
      ['name: token-keeper', 'await: secretsmanager.PutSecretValue', 'times: 2'],
      { fault: { moment: { service: 'secretsmanager', operation: 'PutSecretValue', phase: 'after' }, times: 2 } },
    ],
    ['kill-function', ['name: writer', 'await: supabase.put_indicators', 'when: before'], { fault: { moment: { phase: 'before' } } }],
    ['clock-skew', ['seconds: -90'], { fault: { seconds: -90 } }],
    ['duplicate-deliveries', [], { fault: { copies: 3 } }],
  ])('takes %s with %j', (name, options, expected) => {
    expect(faultIn(`fault: ${name}`, ...options)).toMatchObject(expected)
  })

  it.each([
    ['put-secret', ['kind: client-credentials'], { kind: 'client-credentials' }],
    ['add-ticker', ['ticker: BRK/B'], { ticker: 'BRK/B' }],
    ['kill-stack', [], {}],
  ])('takes the action %s with %j', (name, options, expected) => {
    expect(only(entry(`action: ${name}`, ...options)).what).toEqual({ kind: 'action', action: { action: name, ...expected } })
  })

  it.each([
    [entry('fault: revoke-refesh'), 's.yml:2: revoke-refesh is no fault: write revoke-refresh; the faults are expire-access, '],
    [entry('fault: volcano'), 's.yml:2: volcano is no fault: the faults are expire-access, revoke-refresh, '],
    [entry('fault: redrive'), 's.yml:2: redrive is an action: write action: redrive'],
    [entry('action: reautorize'), 's.yml:2: reautorize is no action: write reauthorize; the actions are reauthorize, deny, put-secret, '],
    [entry('fault: expire-access', 'action: deny'), 's.yml:3: an entry has a fault or an action, not both'],
    [entry('for: 20m'), 's.yml:1: the entry says neither fault nor action'],
    [entry('fault: expire-access', 'for: 20 min'), 's.yml:3: for 20 min: write a duration: 90s, 20m, 2h or 1d'],
    [entry('fault: expire-access', 'for:'), 's.yml:3: for is empty: write a duration'],
    [entry('fault: expire-access', 'for: 0s'), 's.yml:3: for 0s: write a duration'],
    [entry('fault: expire-access', 'for: 20m', 'times: 3'), 's.yml:4: for and times exclude each other'],
    [entry('fault: expire-access', 'times: 0'), 's.yml:3: times 0: write a whole number of at least 1'],
    [entry('fault: expire-access', 'rate: 2'), 's.yml:3: rate 2: write a share'],
    [
      entry('fault: expire-access', 'time: 2'),
      's.yml:3: time is no option of expire-access: write times; the options are for, times, rate',
    ],
    [entry('action: deny', 'for: 20m'), 's.yml:3: for is no option of deny, which has none: delete the line'],
    [
      entry('fault: revoke-refresh', 'body: unsuported'),
      's.yml:3: body unsuported: write unsupported; it may be unsupported, invalid_grant',
    ],
    [entry('fault: late-bar'), 's.yml:1: late-bar needs seconds: write a number of seconds above 0'],
    [entry('fault: data-endpoint', 'answer: 418'), 's.yml:3: answer 418: write'],
    [entry('action: put-secret'), 's.yml:1: put-secret needs kind: write good, client-credentials, garbage'],
    [entry('action: add-ticker', 'ticker: brk.b'), 's.yml:3: ticker brk.b: brk.b: Schwab writes BRK/B'],
    [entry('fault: kill-function', 'name: fetch', 'after: 300ms'), 's.yml:3: fetch is no function of serverless.yml: write fetcher; '],
    [entry('fault: kill-function', 'name: fetcher'), 's.yml:2: kill-function needs await, as sqs.SendMessageBatch, or after, as 300ms'],
    [
      entry('fault: kill-function', 'name: fetcher', 'await: sqs.SendMesage'),
      's.yml:4: await sqs.SendMesage: write sqs.SendMessage; sqs has ',
    ],
    [
      entry('fault: kill-function', 'name: fetcher', 'await: SendMessage'),
      's.yml:4: await SendMessage: write SERVICE.OPERATION, the service one of sqs, ',
    ],
    [entry('fault: kill-function', 'name: fetcher', 'await: sqs.SendMessage', 'after: 1s'), 's.yml:5: await and after exclude each other'],
    [entry('fault: late-bar', 'seconds:', '  more: 3'), 's.yml:3: seconds: write its value on the same line'],
    ['- fault: expire-access', 's.yml:1: the entry has no at: write the time in New York'],
    ['- at: 12 February\n  fault: expire-access', 's.yml:1: at 12 February: write the time in New York'],
    ['- at: 2019-02-30 10:00\n  fault: expire-access', 's.yml:1: at 2019-02-30 10:00: not a date: 2019-02-30'],
    ['- at: 2019-02-12 25:00\n  fault: expire-access', 's.yml:1: at 2019-02-12 25:00: not a time of day: 25:00'],
    ['- at: 2019-02-12 10:00\n\tfault: expire-access', 's.yml:2: this line begins with a tab'],
    ['- expire-access', 's.yml:1: an entry has at:'],
    ['at: 2019-02-12 10:00', 's.yml:1: a script is a list'],
    ['', 's.yml:1: a script is a list'],
  ])('is refused with the line and what to write: %j', (text, problem) => {
    expect(problemsOf(text)).toContain(problem)
  })

  it('is refused with all its mistakes at once, in the order of the lines', () => {
    const problems = problemsOf(`${entry('fault: late-bar', 'seconds: soon')}\n${entry('fault: volcano')}`)
    expect(problems.split('\n').map((line) => line.slice(0, 9))).toEqual(['s.yml:3: ', 's.yml:5: '])
  })

  it('knows every fault and action by name, and no other', () => {
    expect([...FAULTS.keys()]).toHaveLength(26)
    expect([...ACTIONS.keys()]).toHaveLength(8)
    expect(problemsOf(entry('fault: constructor'))).toContain('constructor is no fault')
    expect(problemsOf(entry('fault: expire-access', 'constructor: 1'))).toContain('constructor is no option')
  })
})

describe('the timetable of a script', () => {
  const script = parse(`${entry('fault: expire-access')}\n${entry('action: kill-stack')}\n- at: 2019-02-12 12:00\n  action: redrive\n`)
  const ten = newYorkInstant('2019-02-12', '10:00')
  const noon = newYorkInstant('2019-02-12', '12:00')

  it('hands out each entry once, when it is due', () => {
    const table = scriptTimetable(script, 0)
    expect([table.nextDueAt(), table.take(ten - 1)]).toEqual([ten, undefined])
    expect([table.take(ten)?.line, table.take(ten)?.line, table.take(ten)]).toEqual([1, 3, undefined])
    expect([table.nextDueAt(), table.take(noon + 1)?.line, table.nextDueAt(), table.take(noon + 1)]).toEqual([
      noon,
      5,
      undefined,
      undefined,
    ])
  })

  it('goes on from where it was kept', () => {
    const table = scriptTimetable(script, 0)
    table.take(ten)
    table.take(ten)
    const restarted = scriptTimetable(script, table.taken())
    expect([restarted.nextDueAt(), restarted.lastAt()]).toEqual([noon, noon])
  })
})
