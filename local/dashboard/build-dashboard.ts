import { createHash } from 'node:crypto'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runProgram } from '../process/run-program.ts'

/** What the page is made of. */
const SOURCES = ['dashboard/**/*.{ts,css,html,svg}', 'shared/domain/*.ts', 'package-lock.json']

/**
 * The folder of the built page. It is built when its sources have changed, and kept with the installed packages, so that it is there at
 * once the next time.
 * @throws Error with what the bundler says
 */
export const buildDashboard = async (root: string): Promise<string> => {
  const target = resolve(root, 'node_modules/.cache/alpha-kite', `dashboard-${fingerprint(root)}`)
  if (existsSync(target)) return target
  const workshop = mkdtempSync(join(tmpdir(), 'alpha-kite-dashboard-'))
  try {
    await bundle(root, workshop)
    mkdirSync(resolve(target, '..'), { recursive: true })
    putInPlace(workshop, target)
    return target
  } finally {
    rmSync(workshop, { recursive: true, force: true })
  }
}

const bundle = async (root: string, outDir: string): Promise<void> => {
  const { NODE_OPTIONS: _, ...env } = process.env
  const vite = resolve(root, 'node_modules/vite/bin/vite.js')
  const args = [
    vite,
    'build',
    '--config',
    resolve(root, 'dashboard/vite.config.ts'),
    '--outDir',
    outDir,
    '--emptyOutDir',
    '--logLevel',
    'error',
  ]
  await runProgram({
    name: 'vite build',
    args,
    cwd: root,
    env: { ...env, KITE_DASHBOARD: 'local', NODE_ENV: 'production' },
  })
}

/** Two stacks may build at once: the second finds the first one's work. */
const putInPlace = (from: string, target: string): void => {
  const beside = mkdtempSync(`${target}.`)
  cpSync(from, beside, { recursive: true })
  try {
    renameSync(beside, target)
  } catch (error) {
    rmSync(beside, { recursive: true, force: true })
    if (!existsSync(target)) throw error
  }
}

const fingerprint = (root: string): string => {
  const hash = createHash('sha256')
  for (const file of globSync(SOURCES, { cwd: root }).toSorted()) hash.update(file).update(readFileSync(resolve(root, file)))
  return hash.digest('hex').slice(0, 16)
}
