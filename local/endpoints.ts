import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const Endpoint = z.object({ url: z.url() })

/** Where a running stack can be reached; written into its state directory for the command line and for people. */
export const Endpoints = z.object({
  pid: z.number(),
  status: Endpoint,
  aws: Endpoint,
  sqs: Endpoint,
  schwab: Endpoint,
  /** The HTTP API, where people log in. */
  reauth: Endpoint,
  supabase: Endpoint.extend({ secretKey: z.string(), publishableKey: z.string() }),
})
export type Endpoints = Readonly<z.infer<typeof Endpoints>>

export const writeEndpoints = (dir: string, endpoints: Endpoints): void =>
  writeFileSync(join(dir, 'endpoints.json'), `${JSON.stringify(endpoints, undefined, 2)}\n`)

export const removeEndpoints = (dir: string): void => rmSync(join(dir, 'endpoints.json'), { force: true })

/** What the stack on this directory wrote, or undefined; it may have been killed since. */
export const readEndpoints = (dir: string): Endpoints | undefined => {
  try {
    return Endpoints.safeParse(JSON.parse(readFileSync(join(dir, 'endpoints.json'), 'utf8'))).data
  } catch {
    return undefined
  }
}

/** The same of a stack that is still there: one that was killed leaves the file, and its ports may be another stack's by now. */
export const liveEndpoints = (dir: string): Endpoints | undefined => {
  const endpoints = readEndpoints(dir)
  return endpoints !== undefined && isAlive(endpoints.pid) ? endpoints : undefined
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Of somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
