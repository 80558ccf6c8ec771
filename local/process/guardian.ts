/**
 * Ends programs when the process that started them is gone. It is told of them on standard input, `+ PID SIGNAL` and `- PID`; the
 * end of standard input is the end of that process, since the system closes the pipe however a process ends.
 */
import { createInterface } from 'node:readline'

const signals = new Map<number, NodeJS.Signals>()

/** A program may have ended by itself. @returns whether there was something to send the signal to */
const send = (target: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(target, signal)
  } catch {
    return false
  }
}
const end = (pid: number, signal: NodeJS.Signals): boolean => send(-pid, signal) || send(pid, signal)

const isSignal = (name: string | undefined): name is NodeJS.Signals => name === 'SIGKILL' || name === 'SIGQUIT'

for await (const line of createInterface({ input: process.stdin })) {
  const [sign, pid, signal] = line.split(' ')
  if (sign === '+' && isSignal(signal)) signals.set(Number(pid), signal)
  else signals.delete(Number(pid))
}

for (const [pid, signal] of signals) end(pid, signal)

/** A program that was asked to end gets this long before it is killed. */
const GRACE_MS = 3_000
const deadline = performance.now() + GRACE_MS
const asked = [...signals].flatMap(([pid, signal]) => (signal === 'SIGKILL' ? [] : [pid]))
while (asked.some((pid) => send(pid, 0)) && performance.now() < deadline) await new Promise((wake) => setTimeout(wake, 50))
for (const pid of asked) end(pid, 'SIGKILL')
