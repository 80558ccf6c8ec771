import { spawn, type ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const GUARDIAN = fileURLToPath(new URL('guardian.ts', import.meta.url))

/**
 * Makes a program end when this process does, however this process ends: it may be killed at any moment.
 * A program that leads a process group takes the group with it.
 * @param signal what ends it, for a program that would leave something behind otherwise
 */
export const guarded = <Child extends ChildProcess>(child: Child, signal: NodeJS.Signals = 'SIGKILL'): Child => {
  const { pid } = child
  // One that could not be started says so by its event `error`.
  if (pid === undefined) return child
  tellGuardian(`+ ${pid} ${signal}\n`)
  child.once('exit', () => tellGuardian(`- ${pid}\n`))
  return child
}

let guardian: Writable | undefined

const tellGuardian = (line: string): void => {
  guardian ??= startGuardian()
  if (guardian.writable) guardian.write(line)
}

/** Ctrl-C in a terminal reaches the whole process group: the guardian has one of its own. */
const startGuardian = (): Writable => {
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn(process.execPath, [GUARDIAN], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env })
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.unref()
  // Somebody killed it. What it guarded runs on as if it had never been there.
  child.stdin.on('error', () => child.stdin.destroy())
  return child.stdin
}
