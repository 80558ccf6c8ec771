import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { CompiledTemplate } from './template.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

/** Without the code, which makes no difference to the template and takes most of the time. */
const WITHOUT_CODE: readonly (readonly [RegExp, string])[] = [
  [/^plugins:\n(  - .*\n)+/m, ''],
  [/^package:\n  individually: true\n/m, 'package:\n  artifact: code.zip\n'],
  [/^    package:\n      patterns: .*\n/gm, ''],
]
const EMPTY_ZIP = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex')

/**
 * What the framework compiles from this text of serverless.yml.
 * @param more further options of `serverless package`
 * @returns the template, or the framework's own words where it refuses the text
 */
export const compileText = async (text: string, ...more: readonly string[]): Promise<CompiledTemplate | string> => {
  const dir = await mkdtemp(join(tmpdir(), 'alpha-kite-text-'))
  try {
    for (const folder of ['deploy', 'shared', 'node_modules']) await symlink(join(ROOT, folder), join(dir, folder), 'junction')
    for (const file of ['package.json', 'pipeline.yml']) await copyFile(join(ROOT, file), join(dir, file))
    await writeFile(join(dir, 'code.zip'), EMPTY_ZIP)
    await writeFile(
      join(dir, 'serverless.yml'),
      WITHOUT_CODE.reduce((before, [pattern, after]) => before.replace(pattern, after), text),
    )
    const cli = createRequire(join(ROOT, 'package.json')).resolve('serverless/bin/serverless.js')
    const env = {
      ...process.env,
      SLS_TELEMETRY_DISABLED: '1',
      SLS_NOTIFICATIONS_MODE: 'off',
      NODE_COMPILE_CACHE: join(tmpdir(), 'alpha-kite-compile-cache'),
    }
    await run(process.execPath, [cli, 'package', '--package', join(dir, 'out'), ...more], { cwd: dir, timeout: 60_000, env })
    return CompiledTemplate.parse(JSON.parse(await readFile(join(dir, 'out/cloudformation-template-update-stack.json'), 'utf8')))
  } catch (error) {
    const printed = typeof error === 'object' && error !== null ? `${Reflect.get(error, 'stdout')}${Reflect.get(error, 'stderr')}` : ''
    if (printed.includes('Error:')) return printed
    throw error
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
