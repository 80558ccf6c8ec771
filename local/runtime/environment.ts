import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { FunctionModel } from '../template/model.ts'
import type { InvocationResult, RuntimeApi } from './runtime-api.ts'

/** An execution environment: one process with its own environment variables, one event at a time. */
export type Environment = {
  readonly id: string
  readonly invoke: (event: unknown, startsAt: number) => Promise<InvocationResult>
  readonly isUsable: () => boolean
  readonly kill: () => void
  /** Settles when the process has ended. */
  readonly ended: Promise<void>
}

export type EnvironmentOptions = {
  readonly api: RuntimeApi
  readonly model: FunctionModel
  /** The file with the handler, and the name of its export. */
  readonly code: { readonly file: string; readonly exportName: string }
  readonly variables: Readonly<Record<string, string>>
  readonly onLine: (line: string) => void
}

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.ts', import.meta.url))
const PRELOAD = new URL('../clock/replace-date.ts', import.meta.url).href

let started = 0

export const startEnvironment = ({ api, model, code, variables, onLine }: EnvironmentOptions): Environment => {
  const id = `${model.name}-${++started}`
  const slot = api.open(id)
  const child = spawn(process.execPath, ['--import', PRELOAD, BOOTSTRAP, code.file, code.exportName], {
    env: {
      ...model.environment,
      ...variables,
      TZ: 'UTC',
      AWS_LAMBDA_RUNTIME_API: api.address(id),
      AWS_LAMBDA_FUNCTION_NAME: model.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(model.memoryMb),
      NODE_OPTIONS: '',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  createInterface({ input: child.stdout }).on('line', onLine)
  createInterface({ input: child.stderr }).on('line', onLine)
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve())
    child.on('exit', () => resolve())
  }).then(() => slot.fail(`the process of ${model.name} ended`))
  return {
    id,
    ended,
    isUsable: slot.isUsable,
    kill: () => child.kill('SIGKILL'),
    invoke: async (event, startsAt) => {
      const timeoutMs = model.timeoutSeconds * 1000
      const endAfter = (ms: number, reason: string) =>
        setTimeout(() => {
          slot.fail(reason)
          child.kill('SIGKILL')
        }, ms)
      let timer = endAfter(INIT_MS, `${model.name} was not loaded after ${INIT_MS / 1000} seconds`)
      // Within an invocation the function's clock runs at real rate, so its time-out is real time.
      const onStart = (): void => {
        clearTimeout(timer)
        timer = endAfter(timeoutMs, `Task timed out after ${model.timeoutSeconds} seconds`)
      }
      const result = await slot.invoke({ event, functionArn: model.arn, startsAt, timeoutMs }, onStart)
      clearTimeout(timer)
      return result
    },
  }
}

/** Loading the code is not part of a function's time-out; on a busy laptop it may take seconds. */
const INIT_MS = 30_000
