import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { BUGS, type Bug } from './bugs.ts'

/** How many seeds it took to see a bug, and by which rule; without `found` nobody saw it. */
export type BugResult = {
  readonly bug: Bug
  readonly seeds: number
  readonly found: { readonly seed: number; readonly rule: string; readonly text: string } | undefined
}

/** Makes one mistake after the other, each in a thread of its own, so that no module is shared. */
export const runBugs = async (names: readonly string[], most: number, told: (result: BugResult) => void): Promise<readonly BugResult[]> => {
  const results: BugResult[] = []
  for (const bug of BUGS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const worker = new Worker(new URL('bug-worker.ts', import.meta.url), {
      workerData: { bug, most },
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    const [message] = (await once(worker, 'message')) as [Omit<BugResult, 'bug'>]
    await worker.terminate()
    const result = { bug, ...message }
    results.push(result)
    told(result)
  }
  return results
}
