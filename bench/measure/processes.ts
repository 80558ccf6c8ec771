import { readdirSync, readFileSync } from 'node:fs'

/** What a process has used so far. */
export type Usage = { readonly pid: number; readonly cpuSeconds: number; readonly residentBytes: number; readonly peakBytes: number }

/** Linux counts in hundredths, whatever the kernel was built with. */
const TICKS_PER_SECOND = 100

/** The children of a process that are alive, as Linux tells of them. Undefined on other systems. */
export const childrenOf = (parent: number): readonly Usage[] | undefined => {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => usageOf(Number(name), parent))
  } catch {
    return undefined
  }
}

/** Of this process with its threads. Undefined where the system does not tell. */
export const ownUsage = (): Usage | undefined => usageOf(process.pid, process.ppid)[0]

/** Nothing when it has just ended, or is no child of `parent`. */
const usageOf = (pid: number, parent: number): readonly Usage[] => {
  try {
    // The name, in brackets, may hold anything: what comes after it is numbers.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    if (Number(fields[1]) !== parent) return []
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? NaN)
    const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
    return [{ pid, cpuSeconds, residentBytes: kilobytes('VmRSS') * 1024, peakBytes: kilobytes('VmHWM') * 1024 }]
  } catch {
    return []
  }
}
