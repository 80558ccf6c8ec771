import type { Row } from './measure/row.ts'

export type BenchContext = {
  /** A folder of its own, removed afterwards. */
  readonly dir: string
  /** A folder that all benchmarks of a run share. */
  readonly shared: string
  /** The long form, where there is one. */
  readonly full: boolean
  /** Tells the one who waits what is being measured. */
  readonly say: (line: string) => void
}

/** One file of this folder: measures, and returns its lines of the one table. */
export type Benchmark = (context: BenchContext) => Promise<readonly Row[]>
