import { removeEndpoints, writeEndpoints, type Endpoints } from './endpoints.ts'
import { stackControl } from './faults/stack-control.ts'
import type { Run } from './open-run.ts'
import type { StartOptions } from './options.ts'
import { LOCAL_KEYS } from './ports.ts'
import type { StackParts } from './stack/assemble.ts'
import type { Backends } from './start-backends.ts'
import type { People } from './start-people.ts'
import { startText } from './start-text.ts'
import { currentStatus } from './status.ts'
import { startStatusPage } from './status-page.ts'
import type { Stored } from './stored.ts'

export type FrontOptions = {
  readonly options: StartOptions
  readonly run: Run
  readonly backends: Backends
  readonly people: People
  readonly parts: Pick<StackParts, 'wake'>
  readonly reader: Stored
  readonly stack: AsyncDisposableStack
  readonly say: (line: string) => void
}

/** Shows the stack to people and programs: the status page, the file of endpoints, and the first lines on the terminal. */
export const startFront = async ({ options, run, backends, people, parts, reader, stack, say }: FrontOptions): Promise<void> => {
  const { model, aws, sqs, schwab, http, supabase } = backends
  let endpoints: Omit<Endpoints, 'pid'> | undefined
  const status = await startStatusPage({
    port: options.port,
    endpoints: () => endpoints,
    control: stackControl({
      desk: people.desk,
      clock: run.clock.now,
      functions: model.functions.map(({ handler }) => handler.split('/')[1] ?? handler),
      act: async (action) => {
        const said = await people.act(action)
        parts.wake()
        return said
      },
    }),
    status: () => currentStatus({ run, sqs, queues: model.queues, reader, schwab: schwab.control, events: people.events }),
  })
  stack.defer(() => status.stop())
  endpoints = {
    status: { url: status.url },
    reauth: { url: http.url },
    schwab: { url: schwab.url },
    aws: { url: aws.url },
    sqs: { url: sqs.url },
    supabase: { url: supabase.url, ...LOCAL_KEYS },
  }
  writeEndpoints(options.data, { pid: process.pid, ...endpoints })
  stack.defer(() => removeEndpoints(options.data))
  for (const line of startText(options, endpoints)) say(line)
}
