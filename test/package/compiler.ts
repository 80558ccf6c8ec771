/**
 * The framework in a process that stays: most of the time of `serverless package` is taken by loading what it is made of. Its own files are
 * loaded anew for each folder, so that nothing is remembered from the one before; what those depend on is loaded once.
 */
import { createRequire } from 'node:module'
import { dirname, resolve, sep } from 'node:path'
import * as z from 'zod'

/** A folder with serverless.yml, and the arguments of the command. */
export const Order = z.object({ dir: z.string(), args: z.array(z.string()).readonly() })
export type Order = Readonly<z.infer<typeof Order>>

const require = createRequire(resolve(import.meta.dirname, '../../package.json'))
const script = require.resolve('serverless/scripts/serverless.js')
const own = `${dirname(dirname(script))}${sep}`

let printed = ''
for (const output of [process.stdout, process.stderr])
  Reflect.set(output, 'write', (text: string | Uint8Array): boolean => {
    printed += String(text)
    return true
  })

process.on('message', (message) => {
  const { dir, args } = Order.parse(message)
  printed = ''
  process.chdir(dir)
  process.argv = [process.execPath, script, ...args]
  for (const file of Object.keys(require.cache)) if (file.startsWith(own)) delete require.cache[file]
  // Without it the process would have nothing left to do when the framework has finished, and that is how it is noticed.
  process.channel?.unref()
  require(script)
})

process.on('disconnect', () => process.exit())

process.on('beforeExit', () => {
  // The framework listens for the end of its process anew each time.
  for (const event of ['uncaughtException', 'SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(event)
  process.channel?.ref()
  process.send?.(printed)
})
