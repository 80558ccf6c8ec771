import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

/** What a file under the first folder may import from: folders of the project, and packages. Longest match first. */
const MAY_IMPORT: readonly (readonly [string, readonly string[]])[] = [
  ['shared/domain/', ['shared/domain/', 'zod', 'technicalindicators']],
  ['shared/ports.ts', ['shared/domain/']],
  [
    'shared/adapters/',
    ['shared/domain/', 'shared/ports.ts', 'shared/adapters/', '@aws-sdk/', '@supabase/postgrest-js', 'zod', 'yaml', 'node:'],
  ],
  [
    'shared/lambda/',
    ['shared/domain/', 'shared/ports.ts', 'shared/adapters/', 'shared/lambda/', '@middy/', '@aws-sdk/', 'aws-lambda', 'zod', 'node:'],
  ],
  ['shared/token/', ['shared/domain/', 'shared/ports.ts', 'shared/token/', 'zod', 'node:crypto']],
  ['functions/', ['shared/', '@aws-sdk/', 'zod', 'node:']],
  ['dashboard/vite.config.ts', ['dashboard/', 'vite', 'node:path']],
  // A face on the data and nothing else: what it shows, the database has computed.
  ['dashboard/', ['shared/domain/', 'dashboard/', '@supabase/supabase-js', 'lightweight-charts', 'zod/mini']],
  ['local/', ['shared/', 'local/', 'dashboard/page-config.ts', '*']],
  ['cli/', ['shared/', 'functions/', 'cli/', 'local/', '*']],
]

/** One function never imports another. */
const functionOf = (path: string): string | undefined => /^functions\/([^/]+)\//.exec(path)?.[1]

const importsOf = (path: string): readonly string[] =>
  [
    ...readFileSync(join(ROOT, path), 'utf8').matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*?from\s+'([^']+)'|(?:^|\n)import\s+'([^']+)'|import\('([^']+)'\)/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '')

const targetOf = (path: string, specifier: string): string =>
  specifier.startsWith('.') ? relative(ROOT, normalize(join(ROOT, dirname(path), specifier))) : specifier

const violations = (path: string, specifiers: readonly string[]): readonly string[] => {
  const rule = MAY_IMPORT.find(([folder]) => path.startsWith(folder))
  if (rule === undefined) return []
  const own = functionOf(path)
  return specifiers
    .map((specifier) => targetOf(path, specifier))
    .filter((target) => {
      const isPackage = !/^(shared|functions|local|cli|test|bench|dashboard)\//.test(target)
      if (own !== undefined && functionOf(target) === own) return false
      return !rule[1].some((allowed) => target.startsWith(allowed) || (allowed === '*' && isPackage))
    })
    .map((target) => `${path} imports ${target}`)
}

describe('the architecture', () => {
  const files = globSync(['{shared,functions,local,cli,dashboard}/**/*.ts'], { cwd: ROOT })

  it('has imports that point inward only', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(files.flatMap((path) => violations(path, importsOf(path)))).toEqual([])
  })

  it('would notice an import that points outward', () => {
    expect(violations('shared/domain/candle.ts', ['../ports.ts'])).toHaveLength(1)
    expect(violations('shared/domain/candle.ts', ['node:fs'])).toHaveLength(1)
    expect(violations('shared/adapters/sqs.ts', ['../lambda/env.ts'])).toHaveLength(1)
    expect(violations('dashboard/main.ts', ['../shared/adapters/supabase.ts'])).toHaveLength(1)
    expect(violations('functions/fetcher/handler.ts', ['../writer/store-candles.ts'])).toHaveLength(1)
    expect(violations('functions/fetcher/handler.ts', ['./fetch-candles.ts', '../../shared/ports.ts'])).toEqual([])
  })

  it('has no clock and no randomness in the domain', () => {
    const domain = files.filter((path) => path.startsWith('shared/domain/'))
    const impure = domain.filter((path) =>
      /Date\.now|new Date\(\)|Math\.random|process\.|randomUUID/.test(readFileSync(join(ROOT, path), 'utf8')),
    )
    expect(impure).toEqual([])
  })
})
