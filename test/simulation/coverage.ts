import { globSync, readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(import.meta.dirname, '../..')
const FILES = ['functions/**/*.ts', 'shared/token/*.ts', 'shared/domain/**/*.ts', 'shared/lambda/*.ts']

/** Others export types only. */
const HAS_CODE = /^export (const|class|abstract)/m

/** Counts what is executed from now on. @returns what tells of each file which lines never were */
export const startCoverage = async (): Promise<() => Promise<readonly string[]>> => {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return async () => {
    const { result } = await session.post('Profiler.takePreciseCoverage')
    session.disconnect()
    const scripts = new Map(
      result.filter(({ url }) => url.startsWith('file:')).map((script) => [relative(ROOT, fileURLToPath(script.url)), script]),
    )
    return globSync(FILES, { cwd: ROOT })
      .toSorted()
      .flatMap((file) => {
        const source = readFileSync(resolve(ROOT, file), 'utf8')
        const script = scripts.get(file)
        if (script === undefined) return HAS_CODE.test(source) ? [`${file}: not loaded`] : []
        const lines = missedLines(source, script.functions)
        return lines === '' ? [] : [`${file}: ${lines}`]
      })
  }
}

type Range = { readonly startOffset: number; readonly endOffset: number; readonly count: number }

/** Types are stripped by blanks, so offsets are those of the source. An inner range overrides the one around it. */
const missedLines = (source: string, functions: readonly { readonly ranges: readonly Range[] }[]): string => {
  const reached = new Uint8Array(source.length).fill(1)
  const ranges = functions.flatMap((one) => one.ranges).toSorted((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset))
  for (const { startOffset, endOffset, count } of ranges) reached.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  const missed: number[] = []
  let offset = 0
  for (const [index, line] of source.split('\n').entries()) {
    const isCode = /[\w(]/.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line)
    const places = Array.from({ length: line.length }, (_, column) => column).filter((column) => /\w/.test(line[column] ?? ''))
    if (isCode && places.length > 0 && places.every((column) => reached[offset + column] === 0)) missed.push(index + 1)
    offset += line.length + 1
  }
  return spans(missed)
}

const spans = (lines: readonly number[]): string => {
  const groups: number[][] = []
  for (const line of lines) {
    if (groups.at(-1)?.at(-1) === line - 1) groups.at(-1)?.push(line)
    else groups.push([line])
  }
  return groups.map((group) => (group.length === 1 ? `${group[0]}` : `${group[0]}-${group.at(-1)}`)).join(', ')
}
