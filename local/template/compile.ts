import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import * as z from 'zod'

/** A CloudFormation template as the framework writes it, as far as the local stack reads it. */
const Template = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })).optional(),
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() })),
})
export type Template = Readonly<z.infer<typeof Template>>

export type CompileOptions = {
  /** The folder with serverless.yml. */
  readonly root: string
  /** The pipeline file to deploy with. */
  readonly pipelineFile: string
  /** Ends the compiler too. */
  readonly signal?: AbortSignal
}

const run = promisify(execFile)

/**
 * What would be deployed: serverless.yml resolved and compiled by the framework itself, so that the local stack has no
 * reading of its own. Kept under node_modules/.cache while none of its sources changes.
 * @throws an Error with the framework's own words when the file is not valid
 */
export const compileTemplate = async ({ root, pipelineFile, signal }: CompileOptions): Promise<Template> => {
  const cacheFile = join(root, 'node_modules/.cache/alpha-kite', `template-${await fingerprint(root, pipelineFile)}.json`)
  const cached = await readFile(cacheFile, 'utf8').catch(() => undefined)
  const text = cached ?? (await packageService(root, pipelineFile, signal))
  if (cached === undefined) {
    await mkdir(dirname(cacheFile), { recursive: true })
    const temporary = `${cacheFile}.${process.pid}`
    await writeFile(temporary, text)
    await rename(temporary, cacheFile)
  }
  return Template.parse(JSON.parse(text))
}

const packageService = async (root: string, pipelineFile: string, signal: AbortSignal | undefined): Promise<string> => {
  const out = await mkdtemp(join(tmpdir(), 'alpha-kite-package-'))
  try {
    const cli = createRequire(join(root, 'package.json')).resolve('serverless/bin/serverless.js')
    await run(process.execPath, [cli, 'package', '--package', out], {
      cwd: root,
      ...(signal !== undefined && { signal }),
      env: { ...process.env, PIPELINE_FILE: pipelineFile, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
    })
    return await readFile(join(out, 'cloudformation-template-update-stack.json'), 'utf8')
  } catch (error) {
    throw new Error(`serverless.yml cannot be used:\n${outputOf(error)}`, { cause: error })
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

/** The framework says what is wrong on one of its two outputs. */
const outputOf = (error: unknown): string => {
  const printed = ['stdout', 'stderr'].flatMap((name) => {
    const text: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
    return typeof text === 'string' && text.trim() !== '' ? [text.trim()] : []
  })
  return printed.length === 0 ? String(error) : printed.join('\n')
}

const fingerprint = async (root: string, pipelineFile: string): Promise<string> => {
  const hash = createHash('sha256')
  for (const file of [join(root, 'serverless.yml'), join(root, 'package-lock.json'), pipelineFile]) {
    hash.update(await readFile(file).catch(() => '')).update('\0')
  }
  return hash.digest('hex').slice(0, 32)
}
