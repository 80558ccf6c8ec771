/**
 * An execution environment: loads one handler and serves it through the Lambda Runtime API, one event at a time, as the
 * managed runtime does. Started with `replace-date.ts` preloaded; ends when its parent does.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { Agent, request } from 'node:http'
import { pathToFileURL } from 'node:url'
import { CLOCK, type ClockSwitch } from '../clock/replace-date.ts'
import { markCalls } from './mark-calls.ts'

const api = `http://${process.env['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime`
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

type Answer = { readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly body: string }
type Handler = (event: unknown, context: unknown) => unknown

const call = (method: 'GET' | 'POST', path: string, body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      `${api}${path}`,
      { method, agent, headers: body === undefined ? {} : { 'content-type': 'application/json' } },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('end', () => resolve({ headers: incoming.headers, body: Buffer.concat(chunks).toString() }))
        incoming.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })

const setClock = (at: number): void => {
  const clock: ClockSwitch | undefined = Reflect.get(globalThis, CLOCK)
  clock?.set(at)
}

const describe = (error: unknown): string => {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  return JSON.stringify({ errorType: name, errorMessage: message, stackTrace: (stack ?? '').split('\n').slice(1) })
}

const contextOf = (headers: Answer['headers'], deadline: number) => ({
  awsRequestId: String(headers['lambda-runtime-aws-request-id']),
  invokedFunctionArn: String(headers['lambda-runtime-invoked-function-arn']),
  functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? '',
  functionVersion: '$LATEST',
  memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? '',
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
})

const load = async (): Promise<Handler> => {
  const [file = '', name = 'handler'] = process.argv.slice(2)
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href)
  const handler = module[name]
  if (typeof handler !== 'function') throw new Error(`${file} exports no function ${name}`)
  return (event, context) => Reflect.apply(handler, undefined, [event, context])
}

const serve = async (handler: Handler): Promise<never> => {
  for (;;) {
    const { headers, body } = await call('GET', '/invocation/next')
    const id = String(headers['lambda-runtime-aws-request-id'])
    const startsAt = Number(headers['alpha-kite-now-ms'])
    if (Number.isFinite(startsAt)) setClock(startsAt)
    try {
      const result = await handler(JSON.parse(body), contextOf(headers, Number(headers['lambda-runtime-deadline-ms'])))
      await call('POST', `/invocation/${id}/response`, JSON.stringify(result ?? null) ?? 'null')
    } catch (error) {
      await call('POST', `/invocation/${id}/error`, describe(error))
    }
  }
}

markCalls(process.env['AWS_LAMBDA_RUNTIME_API']?.split('/')[1] ?? '')

// The parent holds the other end of standard input: when it dies, however it dies, this ends.
process.stdin.on('end', () => process.exit(0)).resume()

try {
  await serve(
    await load().catch(async (error: unknown) => {
      await call('POST', '/init/error', describe(error))
      throw error
    }),
  )
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
}
