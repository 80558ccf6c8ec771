import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { compileTemplate, readTemplate, type CompileOptions, type Template } from './compile.ts'
import { packageService } from './package-service.ts'
import type { FunctionModel } from './stack-model.ts'

/** What a process is started with: the file with the handler, the name of its export, and the folder that it runs in. */
export type FunctionCode = { readonly file: string; readonly exportName: string; readonly directory: string }

export type CodeOf = (fn: Pick<FunctionModel, 'name' | 'handler' | 'zip'>) => FunctionCode

/** What would be deployed, and where its functions are here. */
export type Build = { readonly template: Template; readonly codeOf: CodeOf }

/** The compiled template with the sources of the project. @throws an Error in the framework's own words when serverless.yml is wrong */
export const buildFromSources = async (options: CompileOptions): Promise<Build> => ({
  template: await compileTemplate(options),
  codeOf: (fn) => codeIn(options.root, '.ts', fn),
})

/**
 * Packages as a deployment would and unpacks the zips below `dir`, where Lambda would have them below /var/task.
 * @throws an Error in the framework's own words when serverless.yml is wrong
 */
export const buildPackages = async ({ dir, ...options }: CompileOptions & { readonly dir: string }): Promise<Build> => {
  await rm(dir, { recursive: true, force: true })
  await packageService({ ...options, out: dir })
  for (const zip of (await readdir(dir)).filter((name) => name.endsWith('.zip'))) await unpack(join(dir, zip), unpacked(dir, zip))
  return { template: await readTemplate(dir), codeOf: (fn) => codeIn(unpacked(dir, fn.zip), '.mjs', fn) }
}

const unpacked = (dir: string, zip: string): string => join(dir, zip.replace(/\.zip$/, ''))

const unpack = async (zip: string, dir: string): Promise<void> => {
  for (const [name, bytes] of Object.entries(unzipSync(await readFile(zip)))) {
    const path = join(dir, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
}

const codeIn = (directory: string, ending: string, { name, handler }: Pick<FunctionModel, 'name' | 'handler'>): FunctionCode => {
  const dot = handler.lastIndexOf('.')
  const file = join(directory, `${handler.slice(0, dot)}${ending}`)
  if (!existsSync(file)) throw new Error(`serverless.yml: the handler ${handler} of ${name} has no file ${file}`)
  return { file, exportName: handler.slice(dot + 1), directory }
}
