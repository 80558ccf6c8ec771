import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guarded } from '../../local/process/guarded.ts'
import { readEndpoints } from '../../local/endpoints.ts'
import { descendants } from '../processes.ts'

type Stack = ChildProcessByStdio<null, Readable, Readable>

const start = (...args: readonly string[]): Stack =>
  guarded(
    spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--import', './local/clock/replace-date.ts', 'local/start.ts', ...args],
      { cwd: resolve(import.meta.dirname, '../..'), stdio: ['ignore', 'pipe', 'pipe'] },
    ),
  )

const ended = async (stack: Stack) => {
  const output = { stdout: '', stderr: '' }
  stack.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  stack.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  const [code] = await once(stack, 'close')
  return { code: Number(code), ...output }
}

/** Reads what the stack prints until it prints `text`. @throws with all of it when the stack ends before */
const printed = (stack: Stack, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let output = ''
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      if (output.includes(text)) resolve(output)
    }
    stack.stdout.on('data', read)
    stack.stderr.on('data', read)
    stack.once('close', () => reject(new Error(`it ended before "${text}": ${output}`)))
  })

/** Listens on the ports so far after a base that nobody has. */
const blockPorts = async (offsets: readonly number[]) => {
  for (;;) {
    const first = createServer().listen(0, '127.0.0.1')
    await once(first, 'listening')
    const address = first.address()
    const base = typeof address === 'object' && address !== null ? address.port : 0
    const others = offsets.filter((offset) => offset !== 0).map((offset) => createServer().listen(base + offset, '127.0.0.1'))
    const blockers = [first, ...others]
    const listening = await Promise.allSettled(others.map((blocker) => once(blocker, 'listening')))
    if (listening.every(({ status }) => status === 'fulfilled')) return { base, blockers }
    for (const blocker of blockers) blocker.close()
  }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('npm start', () => {
  let dir: string
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'start-'))
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  it('explains itself', async () => {
    const { code, stdout, stderr } = await ended(start('--help'))
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('--candles DIR')
  })

  it.each([
    ['an option it does not know', ['--candels', 'x'], '--candels'],
    ['a speed that is none', ['--speed', 'fast'], '--speed fast: write a number'],
    ['--once without --candles', ['--once'], '--once needs --candles DIR'],
  ])('refuses %s with a sentence and exit code 2', async (_, args, sentence) => {
    const { code, stdout, stderr } = await ended(start('--data', join(dir, 'none'), ...args))
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(sentence)
    expect(stderr).not.toContain('    at ')
  })

  it.each([
    ['holds no candle files', 'empty', 'has no candle files: they are named TICKER_YYYY-MM-DD_1min.json'],
    ['does not exist', 'nowhere', 'nowhere'],
  ])('says so when the folder of candles %s', async (_, name, sentence) => {
    mkdirSync(join(dir, 'empty'), { recursive: true })
    const { code, stderr } = await ended(start('--data', join(dir, 'refused'), '--candles', join(dir, name)))
    expect(code).toBe(1)
    expect(stderr).toContain(sentence)
    expect(stderr).not.toContain('    at ')
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('refuses a script with the line of each mistake and the names that there are, with exit code 2', async () => {
    const script = join(dir, 'script.yml')
    writeFileSync(script, '- at: 2019-02-12 10:00\n  fault: revoke-refrsh\n')
    const { code, stderr } = await ended(start('--data', join(dir, 'refused'), '--script', script))
    expect(code).toBe(2)
    expect(stderr).toContain(`${script}:2: `)
    expect(stderr).toContain('revoke-refresh')
    expect(stderr).not.toContain('    at ')
  })

  it('ends at once when it is interrupted while it starts, and starts again from there', async () => {
    const data = join(dir, 'interrupted')
    for (let attempt = 0; attempt < 2; attempt++) {
      const stack = start('--data', data, '--port', '46200')
      await printed(stack, attempt === 0 ? 'Starting.' : 'Ctrl-C ends.')
      stack.kill('SIGINT')
      expect(await ended(stack)).toMatchObject({ code: attempt === 0 ? 130 : 0, stderr: '' })
    }
  })

  it('runs on other ports when its own are in use, alone on its directory, until Ctrl-C', async () => {
    const data = join(dir, 'data')
    const { base, blockers } = await blockPorts([0, 2, 4, 5])
    const stack = start('--data', data, '--port', String(base))
    try {
      const output = await printed(stack, 'Ctrl-C ends.')
      for (const [offset, name] of [
        [0, 'status'],
        [2, 'sqs'],
        [4, 'schwab'],
        [5, 'reauth'],
      ] as const)
        expect(output).toMatch(new RegExp(`port ${base + offset} is in use: ${name} took \\d+`))
      expect(output).toContain(`npm run kite -- sim revoke-refresh --data ${data}`)

      const endpoints = readEndpoints(data)
      expect(endpoints?.pid).toBe(stack.pid)
      // Somebody else may have this one.
      const hasItsOwn = endpoints?.aws.url.endsWith(`:${base + 1}`)
      expect(output.includes(`port ${base + 1} is in use: aws took`)).toBe(!hasItsOwn)
      const status = await fetch(`${endpoints?.status.url}/status.json`)
      expect(await status.json()).toMatchObject({ speed: 60, queues: { length: 6 } })

      const second = await ended(start('--data', data, '--port', String(base + 10)))
      expect(second).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Another stack runs on') })

      const children = descendants(stack.pid ?? 0)
      expect(children.length).toBeGreaterThan(0)
      stack.kill('SIGINT')
      expect(await ended(stack)).toMatchObject({ code: 0, stderr: '' })
      // Its guardian goes after it.
      await expect.poll(() => children.filter(({ pid }) => isRunning(pid))).toEqual([])
      expect(readEndpoints(data)).toBeUndefined()
      expect(readFileSync(join(data, 'functions.log'), 'utf8')).toContain('"event":"lambda_invoked"')
    } finally {
      stack.kill('SIGKILL')
      for (const blocker of blockers) blocker.close()
    }
  })
})
