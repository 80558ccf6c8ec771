import { faultDesk, type FaultDesk } from './faults/fault-desk.ts'
import type { BusEvent } from './aws/bus-event.ts'
import { LOCAL_APP } from './local-app.ts'
import type { Run } from './open-run.ts'
import { person, type Person } from './person.ts'
import type { Action } from './script/action.ts'
import { localSecrets } from './secrets.ts'
import { stackActions } from './stack-actions.ts'
import type { StackParts } from './stack/assemble.ts'
import type { Backends } from './start-backends.ts'

/** Those who do something to a running stack. */
export type People = {
  readonly owner: Person
  readonly desk: FaultDesk
  readonly act: (action: Action) => Promise<string>
  /** The newest events on the bus, oldest first. */
  readonly events: (limit?: number) => readonly BusEvent[]
}

export type PeopleOptions = {
  readonly run: Run
  readonly backends: Backends
  readonly parts: Pick<StackParts, 'call' | 'recycle'>
  /** Writes the position of the run. */
  readonly save: () => void
  readonly say: (line: string) => void
}

/** Stores what the functions need to know, and brings in the people around the pipeline. */
export const startPeople = async ({ run, backends, parts, save, say }: PeopleOptions): Promise<People> => {
  const { schwab, http, aws, sqs, board, gates } = backends
  const clock = run.clock.now
  const secrets = localSecrets(aws.url)
  await secrets.put(
    backends.appSecret,
    JSON.stringify({
      schwabAppKey: LOCAL_APP.key,
      schwabAppSecret: LOCAL_APP.secret,
      supabaseUrl: gates.supabase.url,
      supabaseSecretKey: backends.keys.secretKey,
      signingKey: backends.keys.signingKey,
    }),
  )
  const storeToken = (text: string): Promise<void> => secrets.put(backends.tokenSecret, text)
  const events = (limit = Infinity): readonly BusEvent[] => aws.events.recent(limit).map(({ event }) => event)
  const owner = person({
    schwabUrl: schwab.url,
    reauthUrl: http.url,
    signingKey: backends.keys.signingKey,
    clock,
    readToken: () => secrets.get(backends.tokenSecret),
    storeToken,
    events,
    say,
  })
  const act = stackActions({
    person: owner,
    schwabUrl: schwab.url,
    clock,
    storeToken,
    sqs,
    authDlq: backends.authDlq,
    call: parts.call,
    tickers: run.tickers,
    recycle: parts.recycle,
    kill: () => {
      save()
      process.kill(process.pid, 'SIGKILL')
    },
  })
  return { owner, act, events, desk: faultDesk({ schwab: schwab.control, board, clock }) }
}
