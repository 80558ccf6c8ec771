import { copyFile, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProgramUnfinished, runProgram } from '../process/run-program.ts'

export type PackageOptions = {
  /** The folder with serverless.yml. */
  readonly root: string
  /** The pipeline file to deploy with. */
  readonly pipelineFile: string
  /** Where the compiled template and the zips go. Made if it is not there. */
  readonly out: string
  /** Ends the framework too. */
  readonly signal?: AbortSignal | undefined
  /** It takes some seconds; a framework that waits for something that never comes is ended after this. */
  readonly limitMs?: number | undefined
}

/**
 * `serverless package`, in a workshop of its own. The framework and its bundler build in fixed folders below the service, where two of
 * them at the same time take each other's files away, and then fail or wait for ever. So each is given links to the project's folders
 * instead of the project itself.
 * @throws an Error with the framework's own words when serverless.yml or the pipeline file is not valid
 * @throws ProgramUnfinished when it was stopped, or did not finish in time
 */
export const packageService = async ({ root, pipelineFile, out, signal, limitMs }: PackageOptions): Promise<void> => {
  const workshop = await mkdtemp(join(tmpdir(), 'alpha-kite-package-'))
  try {
    await linkProject(root, workshop)
    await mkdir(out, { recursive: true })
    const cli = createRequire(join(root, 'package.json')).resolve('serverless/bin/serverless.js')
    await runProgram({
      name: 'serverless package',
      args: [cli, 'package', '--package', out],
      cwd: workshop,
      signal,
      limitMs,
      env: { ...process.env, PIPELINE_FILE: pipelineFile, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
    })
  } catch (error) {
    if (error instanceof ProgramUnfinished) throw error
    throw new Error(`serverless.yml cannot be used:\n${outputOf(error)}`, { cause: error })
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
}

const linkProject = async (root: string, workshop: string): Promise<void> => {
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const { name } = entry
    if (name.startsWith('.')) continue
    // Directory links are junctions on Windows, where files may not be linked.
    if (entry.isDirectory() || entry.isSymbolicLink()) await symlink(join(root, name), join(workshop, name), 'junction')
    else await copyFile(join(root, name), join(workshop, name))
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
