import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { Bug } from './bugs.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** Plays seeds with a bug in the source, as it is loaded, until a rule is broken. */
const find = async ({ bug, most }: { readonly bug: Bug; readonly most: number }) => {
  const left = new Set(bug.edits)
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context)
      const edits = url.startsWith('file:') ? bug.edits.filter(({ file }) => resolve(ROOT, file) === fileURLToPath(url)) : []
      if (edits.length === 0) return loaded
      let source = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString()
      for (const edit of edits) {
        const count = source.split(edit.find).length - 1
        if (count !== 1) throw new Error(`${edit.file} has the place of "${bug.name}" ${count} times: ${edit.find}`)
        source = source.replace(edit.find, () => edit.put)
        left.delete(edit)
      }
      return { ...loaded, source }
    },
  })
  const { installTimers } = await import('./virtual-timers.ts')
  const { runSeeds } = await import('./run-seeds.ts')
  installTimers()
  let found: { readonly seed: number; readonly rule: string; readonly text: string } | undefined
  const { seeds } = await runSeeds(1, most, async (seed, { violations: [violation] }) => {
    found = { seed, rule: violation?.rule ?? '', text: violation?.text ?? '' }
    return false
  })
  for (const { file } of left) throw new Error(`${file} was never loaded`)
  return { seeds, found }
}

parentPort?.postMessage(await find(workerData as Parameters<typeof find>[0]))
