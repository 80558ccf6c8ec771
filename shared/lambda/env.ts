import type * as z from 'zod'

/**
 * Reads the environment through a schema.
 * @throws an Error that names each variable that is missing or wrong, never its value
 */
export const readEnv = <Schema extends z.ZodType>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.output<Schema> => {
  const result = schema.safeParse(env)
  if (result.success) return result.data
  const names = [...new Set(result.error.issues.map((issue) => issue.path.join('.')))]
  throw new Error(`the environment lacks a usable ${names.join(', ')}: serverless.yml sets these for each function`)
}
