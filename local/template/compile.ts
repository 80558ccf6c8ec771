import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { packageService } from './package-service.ts'

/** A CloudFormation template as the framework writes it, as far as the local stack reads it. */
const Template = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })).optional(),
  Conditions: z.record(z.string(), z.unknown()).optional(),
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() })),
})
export type Template = Readonly<z.infer<typeof Template>>

export type CompileOptions = {
  /** The folder with serverless.yml. */
  readonly root: string
  /** The pipeline file to deploy with. */
  readonly pipelineFile: string
  /** Ends the compiler too. */
  readonly signal?: AbortSignal | undefined
}

/**
 * What would be deployed: serverless.yml resolved and compiled by the framework itself, so that the local stack has no
 * reading of its own. Kept under node_modules/.cache while none of its sources changes.
 * @throws an Error with the framework's own words when the file is not valid
 */
export const compileTemplate = async (options: CompileOptions): Promise<Template> => {
  const { root, pipelineFile } = options
  const cacheFile = join(root, 'node_modules/.cache/alpha-kite', `template-${await fingerprint(root, pipelineFile)}.json`)
  const cached = await readFile(cacheFile, 'utf8').catch(() => undefined)
  const text = cached ?? (await packaged(options))
  if (cached === undefined) {
    await mkdir(dirname(cacheFile), { recursive: true })
    const temporary = `${cacheFile}.${process.pid}`
    await writeFile(temporary, text)
    await rename(temporary, cacheFile)
  }
  return Template.parse(JSON.parse(text))
}

/** The template that the framework left in its output folder. */
export const readTemplate = async (out: string): Promise<Template> => Template.parse(JSON.parse(await templateText(out)))

const templateText = (out: string): Promise<string> => readFile(join(out, 'cloudformation-template-update-stack.json'), 'utf8')

const packaged = async ({ root, pipelineFile, signal }: CompileOptions): Promise<string> => {
  const out = await mkdtemp(join(tmpdir(), 'alpha-kite-template-'))
  try {
    await packageService({ root, pipelineFile, out, signal })
    return await templateText(out)
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

const fingerprint = async (root: string, pipelineFile: string): Promise<string> => {
  const hash = createHash('sha256')
  const included = await readdir(join(root, 'deploy'))
  const sources = ['serverless.yml', 'package-lock.json', ...included.toSorted().map((name) => join('deploy', name))]
  for (const file of [...sources.map((name) => join(root, name)), pipelineFile]) {
    hash.update(await readFile(file).catch(() => '')).update('\0')
  }
  return hash.digest('hex').slice(0, 32)
}
