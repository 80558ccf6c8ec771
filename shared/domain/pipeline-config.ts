import type * as z from 'zod'
import { nearestWord } from './nearest-word.ts'
import { contradictions } from './pipeline-contradictions.ts'
import { PipelineFields } from './pipeline-fields.ts'

/** What pipeline.yml says. */
export type PipelineConfig = {
  /** In the order of the file, which is the order in which they take turns. */
  readonly tickers: readonly string[]
  /** Calls to Schwab in a minute, those for the past among them. */
  readonly requestsPerMinute: number
  readonly backfillPerMinute: number
  readonly overlapMinutes: number
  readonly horizonDays: number
  /** Of the fetcher's event source, and of the writer's. */
  readonly concurrency: number
  /** Full closures besides those that the calendar knows, `YYYY-MM-DD`. */
  readonly closures: readonly string[]
  /** Undefined: every day that the calendar says. */
  readonly onlySessions: readonly string[] | undefined
}

/** What is wrong and what to write instead. */
export type Mistake = {
  /** Keys and indexes from the top of the file to the place. */
  readonly at: readonly PropertyKey[]
  readonly text: string
  /** The other place of two that contradict each other. */
  readonly against?: readonly PropertyKey[]
}

/**
 * Reads the configuration from the data of the file, in which every scalar is text and an empty value is the empty text.
 * @returns the configuration, or every mistake in it
 */
export const readPipelineConfig = (data: unknown): { readonly config: PipelineConfig } | { readonly mistakes: readonly Mistake[] } => {
  const result = PipelineFields.safeParse(data)
  const mistakes = [...(result.error?.issues ?? []).flatMap(toMistakes), ...contradictions(data)]
  return result.success && mistakes.length === 0 ? { config: result.data } : { mistakes }
}

const toMistakes = (issue: z.core.$ZodIssue): readonly Mistake[] => {
  if (issue.code !== 'unrecognized_keys') return [{ at: issue.path, text: issue.message }]
  const known = Object.keys(PipelineFields.shape)
  return issue.keys.map((key) => {
    const meant = nearestWord(key, known)
    return {
      at: [key],
      text: `${key} is not a setting: ${meant === undefined ? `the settings are ${known.join(', ')}` : `write ${meant}`}`,
    }
  })
}
