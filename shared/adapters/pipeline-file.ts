import { readFileSync } from 'node:fs'
import { PipelineError } from '../domain/errors.ts'
import { readPipelineConfig, type Mistake, type PipelineConfig } from '../domain/pipeline-config.ts'
import { readYamlLines, type YamlLines } from './yaml-lines.ts'

/** The file cannot be used. The message is for the person who wrote it: each mistake with its line and what to write instead. */
export class PipelineFileInvalid extends PipelineError {
  override readonly name = 'PipelineFileInvalid'
  readonly code = 'PIPELINE_FILE_INVALID'
  readonly fate = 'retry'
}

/** Reads and checks a pipeline.yml. @throws PipelineFileInvalid */
export const loadPipelineFile = (path: string): PipelineConfig => {
  let text
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new PipelineFileInvalid(
      `${path}: cannot be read. It holds the tickers and limits; PIPELINE_FILE, where it is set, names another file`,
      { cause },
    )
  }
  return parsePipelineFile(text, path)
}

/** Checks the text of a pipeline.yml; `path` is how the mistakes name it. @throws PipelineFileInvalid listing every mistake */
export const parsePipelineFile = (text: string, path: string): PipelineConfig => {
  const yaml = readYamlLines(text)
  const result = yaml.errors.some(({ fatal }) => fatal) ? { mistakes: [] } : readPipelineConfig(yaml.data)
  if ('config' in result && yaml.errors.length === 0) return result.config
  const mistakes = 'config' in result ? [] : result.mistakes.map((mistake) => place(mistake, yaml))
  const texts = [...yaml.errors, ...mistakes]
    .toSorted((a, b) => a.line - b.line)
    .map((mistake) => `${path}:${mistake.line}: ${mistake.text}`)
  // One slip of the keyboard often makes several YAML errors on its line, all in the same words.
  throw new PipelineFileInvalid([...new Set(texts)].join('\n'))
}

const place = ({ at, text, against }: Mistake, { lineAt }: YamlLines): { readonly line: number; readonly text: string } => ({
  line: lineAt(at),
  text: against === undefined ? text : `${text} (the other is on line ${lineAt(against)})`,
})
