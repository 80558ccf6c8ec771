import { resolve } from 'node:path'
import { build } from 'esbuild'

const ROOT = resolve(import.meta.dirname, '../..')

/** The actions of IAM where the call has another name. */
const ACTIONS: Readonly<Record<string, string>> = {
  'sqs:SendMessageBatch': 'sqs:SendMessage',
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
}
const SERVICES: Readonly<Record<string, string>> = {
  'client-sqs': 'sqs',
  'client-secrets-manager': 'secretsmanager',
  'client-eventbridge': 'events',
}

/**
 * The AWS calls that a function's bundle holds: what its code could make, after esbuild has left out all that is never reached.
 * @param name as in `functions/<name>`
 * @returns actions of IAM, sorted
 */
export const bundledCalls = async (name: string): Promise<readonly string[]> => {
  const { metafile } = await build({
    entryPoints: [resolve(ROOT, `functions/${name}/handler.ts`)],
    absWorkingDir: ROOT,
    outfile: 'handler.mjs',
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    metafile: true,
    write: false,
    logLevel: 'silent',
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  const calls = inputs.flatMap(([path, { bytesInOutput }]) => {
    const [, client = '', command] = /@aws-sdk\/([\w-]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(path) ?? []
    const service = SERVICES[client]
    if (bytesInOutput === 0 || command === undefined || service === undefined) return []
    const call = `${service}:${command}`
    return [ACTIONS[call] ?? call]
  })
  return [...new Set(calls)].toSorted()
}
