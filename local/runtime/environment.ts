import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { FunctionCode } from '../template/function-code.ts'
import type { FunctionModel } from '../template/stack-model.ts'
import { PATIENCE_MS } from '../patience.ts'
import type { InvocationResult, RuntimeApi } from './runtime-api.ts'

/** An execution environment: one process with its own environment variables, one event at a time. */
export type Environment = {
  readonly id: string
  readonly invoke: (event: unknown, startsAt: number) => Promise<InvocationResult>
  readonly isUsable: () => boolean
  readonly kill: () => void
  /** Settles when it has begun with its first event, or has ended before. */
  readonly loaded: Promise<void>
  /** Settles when the process has ended. */
  readonly ended: Promise<void>
}

/** Is told of every event that an environment handles, and may interfere. */
export type InvocationWatch = {
  /** Milliseconds that the function's clock is ahead in the event that starts now; negative when it is behind. */
  readonly skewMs: () => number
  /** The environment has begun with an event. @returns what is called when it has ended */
  readonly begin: (environment: { readonly id: string; readonly functionName: string; readonly kill: () => void }) => () => void
}

export type EnvironmentOptions = {
  readonly api: RuntimeApi
  readonly model: Omit<FunctionModel, 'zip' | 'roleArn'>
  readonly code: FunctionCode
  readonly variables: Readonly<Record<string, string>>
  readonly onLine: (line: string) => void
  readonly watch?: InvocationWatch | undefined
}

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.ts', import.meta.url))
const PRELOAD = new URL('../clock/replace-date.ts', import.meta.url).href

let started = 0

export const startEnvironment = ({ api, model, code, variables, onLine, watch }: EnvironmentOptions): Environment => {
  const id = `${model.name}-${++started}`
  const slot = api.open(id)
  const child = spawn(process.execPath, ['--import', PRELOAD, BOOTSTRAP, code.file, code.exportName], {
    env: {
      ...model.environment,
      ...variables,
      TZ: 'UTC',
      LAMBDA_TASK_ROOT: code.directory,
      AWS_LAMBDA_RUNTIME_API: api.address(id),
      AWS_LAMBDA_FUNCTION_NAME: model.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(model.memoryMb),
      NODE_OPTIONS: '',
    },
    cwd: code.directory,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  createInterface({ input: child.stdout }).on('line', onLine)
  createInterface({ input: child.stderr }).on('line', onLine)
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve())
    child.on('exit', () => resolve())
  }).then(() => slot.fail(`the process of ${model.name} ended`))
  const { promise: loaded, resolve: markLoaded } = Promise.withResolvers<void>()
  void ended.then(markLoaded)
  const kill = (): void => void child.kill('SIGKILL')
  return {
    id,
    loaded,
    ended,
    isUsable: slot.isUsable,
    kill,
    invoke: async (event, startsAt) => {
      const timeoutMs = model.timeoutSeconds * 1000
      const endAfter = (ms: number, reason: string) =>
        setTimeout(() => {
          slot.fail(reason)
          kill()
        }, ms)
      // Loading the code is not part of a function's time-out.
      let timer = endAfter(PATIENCE_MS, `${model.name} was not loaded after ${PATIENCE_MS / 1000} seconds`)
      // Within an invocation the function's clock runs at real rate, so its time-out is real time.
      let end: (() => void) | undefined
      const onStart = (): void => {
        markLoaded()
        end = watch?.begin({ id, functionName: model.name, kill })
        clearTimeout(timer)
        timer = endAfter(timeoutMs, `Task timed out after ${model.timeoutSeconds} seconds`)
      }
      const clock = startsAt + (watch?.skewMs() ?? 0)
      const result = await slot.invoke({ event, functionArn: model.arn, startsAt: clock, timeoutMs }, onStart)
      clearTimeout(timer)
      end?.()
      return result
    },
  }
}
