import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { guarded } from '../../local/process/guarded.ts'
import type { Order } from './compiler.ts'
import { CompiledTemplate } from './template.ts'

const ROOT = resolve(import.meta.dirname, '../..')

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
    const out = join(dir, 'out')
    const printed = await inTurn({ dir, args: ['package', '--package', out, ...more] })
    const template = join(out, 'cloudformation-template-update-stack.json')
    if (existsSync(template)) return CompiledTemplate.parse(JSON.parse(await readFile(template, 'utf8')))
    if (printed.includes('Error:')) return printed
    throw new Error(`the framework made no template: ${printed}`)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

type Compiler = { readonly child: ChildProcess; readonly ended: Promise<never> }
let compiler: Compiler | undefined
let last: Promise<unknown> = Promise.resolve()

/** The compiler does one after the other. @returns what the framework printed */
const inTurn = (order: Order): Promise<string> => {
  const printed = last.then(async () => {
    compiler ??= startCompiler()
    const { child, ended } = compiler
    const answer = once(child, 'message')
    child.send(order)
    return String((await Promise.race([answer, ended]))[0])
  })
  last = printed.catch(() => undefined)
  return printed
}

const startCompiler = (): Compiler => {
  const env = { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' }
  const child = guarded(fork(join(import.meta.dirname, 'compiler.ts'), { execArgv: ['--disable-warning=ExperimentalWarning'], env }))
  const ended = once(child, 'exit').then(() => {
    compiler = undefined
    throw new Error('the compiler ended')
  })
  // Nobody waits for the end between two orders.
  ended.catch(() => undefined)
  return { child, ended }
}
