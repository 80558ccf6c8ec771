import type * as z from 'zod'
import { PipelineError } from '../domain/errors.ts'

/** A variable of the function's environment is missing or wrong. */
export class EnvironmentInvalid extends PipelineError {
  override readonly name = 'EnvironmentInvalid'
  readonly code = 'ENVIRONMENT_INVALID'
  readonly fate = 'retry'
}

/**
 * Reads the environment through a schema.
 * @throws EnvironmentInvalid, which names each variable that is missing or wrong, never its value
 */
export const readEnv = <Schema extends z.ZodType>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.output<Schema> => {
  const result = schema.safeParse(env)
  if (result.success) return result.data
  const names = [...new Set(result.error.issues.map((issue) => issue.path.join('.')))]
  throw new EnvironmentInvalid(`the environment lacks a usable ${names.join(', ')}: serverless.yml sets these for each function`)
}
