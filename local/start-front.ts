import { buildDashboard } from './dashboard/build-dashboard.ts'
import { forwardToSupabase } from './dashboard/forward.ts'
import { serveDashboard } from './dashboard/serve-dashboard.ts'
import { removeEndpoints, writeEndpoints, type Endpoints } from './endpoints.ts'
import { stackControl } from './faults/stack-control.ts'
import type { Run } from './open-run.ts'
import type { StartOptions } from './options.ts'
import { newestLink } from './person/newest-link.ts'
import type { StackParts } from './stack/assemble.ts'
import type { Backends } from './start-backends.ts'
import type { People } from './start-people.ts'
import { startText } from './start-text.ts'
import { currentStatus } from './status.ts'
import { startStatusPage } from './status-page.ts'
import type { Stored } from './stored.ts'

export type FrontOptions = {
  readonly root: string
  readonly options: StartOptions
  readonly run: Run
  readonly backends: Backends
  readonly people: People
  readonly parts: Pick<StackParts, 'wake'>
  readonly reader: Stored
  readonly stack: AsyncDisposableStack
  readonly say: (line: string) => void
}

/** Enough to find the link of an outage that lasts for weeks. */
const LOOKED_AT = 200

/** Shows the stack to people and programs: the dashboard, the file of endpoints, and the first lines on the terminal. */
export const startFront = async ({ root, options, run, backends, people, parts, reader, stack, say }: FrontOptions): Promise<void> => {
  const { model, aws, sqs, schwab, http, supabase } = backends
  let endpoints: Omit<Endpoints, 'pid'> | undefined
  // Ready before anybody looks; a run that ends by itself is looked at seldom.
  let early = options.once ? undefined : buildDashboard(root)
  early?.catch(() => (early = undefined))
  const page = serveDashboard(() => early ?? buildDashboard(root), {
    mode: 'local',
    supabaseUrl: '/supabase',
    publishableKey: backends.keys.publishableKey,
  })
  const status = await startStatusPage({
    port: options.port,
    endpoints: () => endpoints,
    dashboard: page,
    forward: forwardToSupabase(backends.gates.supabase.url),
    control: stackControl({
      desk: people.desk,
      clock: run.clock.now,
      functions: model.functions.map(({ handler }) => handler.split('/')[1] ?? handler),
      setSpeed: (speed) => {
        run.clock.setSpeed(speed)
        parts.wake()
        return run.clock.speed === speed
      },
      state: async () => ({
        speed: run.clock.speed,
        rate: run.clock.rate,
        market: run.market.description,
        link: newestLink(people.events(LOOKED_AT)) ?? null,
      }),
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
    supabase: { url: supabase.url, secretKey: backends.keys.secretKey, publishableKey: backends.keys.publishableKey },
  }
  writeEndpoints(options.data, { pid: process.pid, ...endpoints })
  stack.defer(() => removeEndpoints(options.data))
  for (const line of startText(options, endpoints)) say(line)
}
