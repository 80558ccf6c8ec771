import { cpus, totalmem } from 'node:os'

/** What the figures were measured on: they mean nothing elsewhere, their ratios do. */
export const machine = (now: Date): string => {
  const cores = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${now.toISOString().slice(0, 10)}, Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), ${memory} GB`
}
