/** Starts what tests start, as a test worker does, and waits to be killed. Its argument is a folder, in which all of it works. */
import { join, resolve } from 'node:path'
import { packageService } from '../../local/template/package-service.ts'
import { hasBrowser, openBrowser } from '../browser/open-browser.ts'
import { postgresBinaries, startServer } from '../contract/postgres-cluster.ts'
import { runNode } from '../replay.ts'
import { runningStack } from '../running-stack.ts'

const [dir = ''] = process.argv.slice(2)
const root = resolve(import.meta.dirname, '../..')

const binaries = postgresBinaries()
const started = ['a stack']
await runningStack(join(dir, 'stack'), 46_300)
if (binaries !== undefined) {
  await startServer(binaries)
  started.push('a database server')
}
if (hasBrowser()) {
  await openBrowser()
  started.push('a browser')
}
// Both of them run until they are killed, or at least for some seconds.
void packageService({ root, pipelineFile: join(root, 'pipeline.yml'), out: join(dir, 'package') })
void runNode(['-e', 'setInterval(() => {}, 1000)', join(dir, 'waiting')])
started.push('a packaging', 'a program')
process.stdout.write(`${started.join(', ')}\n`)
