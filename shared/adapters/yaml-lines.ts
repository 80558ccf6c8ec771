import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type YAMLParseError } from 'yaml'

/** The data of a YAML text and the lines that it stands on, counted from 1. */
export type YamlLines = {
  /** Every scalar as text: the ticker TRUE is no boolean and NAN no number. An empty value is the empty text, an empty file is null. */
  readonly data: unknown
  /** The line of a key or of a list's item; of the nearest thing around it where there is none. */
  readonly lineAt: (place: readonly PropertyKey[]) => number
  /** What is no YAML, or YAML of a kind that nobody means to write. `fatal`: `data` is not what was meant. */
  readonly errors: readonly { readonly line: number; readonly text: string; readonly fatal: boolean }[]
}

/** Never throws. */
export const readYamlLines = (text: string): YamlLines => {
  const counter = new LineCounter()
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: counter, prettyErrors: false, logLevel: 'error' })
  const lineOf = (offset: number): number => Math.max(1, counter.linePos(offset).line)
  const errors = document.errors.map((error) => ({
    line: lineOf(error.pos[0]),
    text: explain(error, text.slice(...error.pos)),
    fatal: error.code !== 'DUPLICATE_KEY',
  }))
  visit(document, {
    Alias: (_, { source, range }) => {
      errors.push({ line: lineOf(range?.[0] ?? 0), text: `*${source} is an alias of YAML: write the value itself`, fatal: true })
    },
  })
  return {
    data: errors.some(({ fatal }) => fatal) ? null : document.toJS(),
    lineAt: (place) => lineOf(offsetOf(document.contents, place)),
    errors,
  }
}

const offsetOf = (contents: unknown, place: readonly PropertyKey[]): number => {
  let node = contents
  let offset = startOf(contents) ?? 0
  for (const step of place) {
    const pair = isMap(node) ? node.items.findLast(({ key }) => isScalar(key) && key.value === step) : undefined
    const item = isSeq(node) && typeof step === 'number' ? node.items[step] : undefined
    offset = startOf(pair?.key ?? item) ?? offset
    node = pair === undefined ? item : pair.value
  }
  return offset
}

const startOf = (node: unknown): number | undefined => (isMap(node) || isSeq(node) || isScalar(node) ? node.range?.[0] : undefined)

const explain = ({ code, message }: YAMLParseError, where: string): string => {
  if (code === 'TAB_AS_INDENT') return 'this line begins with a tab: indent it with spaces'
  if (code === 'DUPLICATE_KEY') return 'this setting is in the file twice: delete one'
  if (code === 'MULTIPLE_DOCS') return '"---" begins a second document: delete this line'
  if (code === 'BAD_SCALAR_START') return `not YAML: ${where.slice(0, 1)} cannot begin a value; put the value in quotation marks`
  if (/flow|quote/i.test(message))
    return 'not YAML: a bracket or quotation mark that was opened before is not closed; close it on its own line'
  if (NO_SETTING.has(code))
    return 'not YAML: write a setting as "name: value" and a list below it as "  - QQQ", each item as far in as the one above'
  return `not YAML: ${message}`
}

const NO_SETTING = new Set<YAMLParseError['code']>(['MISSING_CHAR', 'MULTILINE_IMPLICIT_KEY', 'BLOCK_AS_IMPLICIT_KEY', 'BAD_INDENT'])
