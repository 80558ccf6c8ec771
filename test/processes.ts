import { execFileSync } from 'node:child_process'

type Process = { readonly pid: number; readonly parent: number; readonly command: string }

const running = (): readonly Process[] =>
  execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((row) => {
      const [, pid, parent, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(row) ?? []
      // What has ended and is not yet reaped by its parent is no process any more.
      return pid === undefined || state.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), command }]
    })

/** The processes below `parent`, by their parents in the list of all. */
export const descendants = (parent: number, all = running()): readonly Process[] =>
  all.flatMap((child) => (child.parent === parent ? [child, ...descendants(child.pid, all)] : []))

/** Those of `before` that still run, and whatever else has this text in its command. */
export const left = (before: readonly Process[], text: string): readonly string[] =>
  running()
    .filter(({ pid, command }) => command.includes(text) || before.some((one) => one.pid === pid && one.command === command))
    .map(({ pid, command }) => `${pid} ${command.slice(0, 200)}`)
