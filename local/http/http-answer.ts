import * as z from 'zod'
import type { InvocationResult } from '../runtime/runtime-api.ts'

export type HttpAnswer = {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | Buffer
}

const Answer = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
})

/** What API Gateway says by itself. */
export const messageAnswer = (status: number, message: string): HttpAnswer => ({
  status,
  headers: [['content-type', 'application/json']],
  body: JSON.stringify({ message }),
})

/** What a browser gets for what the function returned: a value without a status is the body of a 200, a failure is a bare 500. */
export const httpAnswer = (result: InvocationResult): HttpAnswer => {
  if (!result.ok) return messageAnswer(500, 'Internal Server Error')
  const { value } = result
  if (typeof value !== 'object' || value === null || !('statusCode' in value))
    return { status: 200, headers: [['content-type', 'application/json']], body: typeof value === 'string' ? value : JSON.stringify(value) }
  const answer = Answer.safeParse(value)
  if (!answer.success) return messageAnswer(500, 'Internal Server Error')
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer.data
  return {
    status: statusCode,
    headers: [...Object.entries(headers), ...cookies.map((cookie) => ['set-cookie', cookie] as const)],
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  }
}
