import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { packageService } from '../../local/template/package-service.ts'

const root = resolve(import.meta.dirname, '../..')
const MOST_BYTES = 220_000

describe('packaging for the local stack', () => {
  let dir: string
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'alpha-kite-packaging-'))
  })
  afterEach(() => vi.unstubAllEnvs())
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  const pipelineFile = (text: string): string => {
    const path = join(dir, `${text.length}.yml`)
    writeFileSync(path, text)
    return path
  }

  /** The project under another name: in the checkout itself somebody may be packaging, or may have left something. */
  const linkedProject = (): string => {
    const project = join(dir, 'a project')
    mkdirSync(project)
    for (const entry of readdirSync(root, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'))) {
      const [from, to] = [join(root, entry.name), join(project, entry.name)]
      if (entry.isFile()) copyFileSync(from, to)
      else symlinkSync(from, to)
    }
    return project
  }

  it('builds the same twice, and nothing below the project, where another one would meet it', async () => {
    const project = linkedProject()
    const before = readdirSync(project).toSorted()
    const seen = new Set<string>()
    const watching = watch(project, (_, name) => seen.add(String(name)))
    const both = ['a', 'b'].map((name) => packageService({ root: project, pipelineFile: join(root, 'pipeline.yml'), out: join(dir, name) }))
    await Promise.all(both).finally(() => watching.close())
    expect([...seen]).toEqual([])
    expect(readdirSync(project).toSorted()).toEqual(before)
    const files = ['a', 'b'].map((name) => readdirSync(join(dir, name)).toSorted())
    expect(files[0]).toEqual(files[1])
    expect(files[0]).toEqual(expect.arrayContaining(['cloudformation-template-update-stack.json', 'fetcher.zip', 'writer.zip']))
    const zips = files[0]?.filter((name) => name.endsWith('.zip')) ?? []
    expect(zips).toHaveLength(readdirSync(join(root, 'functions')).length)
    for (const zip of zips) {
      const [first, second] = ['a', 'b'].map((name) => readFileSync(join(dir, name, zip)))
      expect(first?.equals(second ?? Buffer.alloc(0)), `${zip} is the same twice`).toBe(true)
      expect(first?.length, `${zip} is small enough for a quick start`).toBeLessThanOrEqual(MOST_BYTES)
    }
  })

  it("says the framework's own words about a wrong file, and leaves nothing behind", async () => {
    const scratch = join(dir, 'scratch')
    mkdirSync(scratch)
    vi.stubEnv('TMPDIR', scratch)
    const packaging = packageService({ root, pipelineFile: pipelineFile('tickers: [QQQ]\nnonsense: 1\n'), out: join(dir, 'wrong') })
    await expect(packaging).rejects.toThrow(/serverless\.yml cannot be used:[^]*nonsense/)
    expect(readdirSync(scratch)).toEqual([])
  })

  it('says that it ran out of time, and blames no file for it', async () => {
    const packaging = packageService({ root, pipelineFile: join(root, 'pipeline.yml'), out: join(dir, 'late'), limitMs: 100 })
    await expect(packaging).rejects.toThrow(/^`serverless package` did not finish within 0\.1 seconds$/)
  })

  it('ends with the stack that asked for it', async () => {
    const stop = new AbortController()
    const packaging = packageService({ root, pipelineFile: join(root, 'pipeline.yml'), out: join(dir, 'ended'), signal: stop.signal })
    stop.abort()
    await expect(packaging).rejects.toThrow('`serverless package` was stopped')
  })
})
