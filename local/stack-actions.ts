import type { Person } from './person.ts'
import { clientCredentials, exchangeLogin } from './person/exchange-login.ts'
import type { RunTickers } from './run-tickers.ts'
import type { InvocationResult } from './runtime/runtime-api.ts'
import type { Action } from './script/action.ts'
import type { LocalSqs } from './stack/sqs.ts'

export type StackActionsOptions = {
  readonly person: Pick<Person, 'logIn'>
  readonly schwabUrl: string
  /** Simulated time, epoch milliseconds. */
  readonly clock: () => number
  readonly storeToken: (text: string) => Promise<void>
  readonly sqs: Pick<LocalSqs, 'purge'>
  /** The queue that jobs are parked in. */
  readonly authDlq: string
  /** Calls a function by its short name and does not wait for its end. */
  readonly call: (shortName: string, event: unknown) => Promise<InvocationResult>
  readonly tickers: RunTickers
  /** Lets the functions read the pipeline file again. */
  readonly recycle: () => void
  /** Writes the position of the run, then ends this process at once. */
  readonly kill: () => void
}

/** Does what a script, or somebody at the terminal, asks of the people around the pipeline. @returns a sentence about it */
export const stackActions =
  (options: StackActionsOptions) =>
  async (action: Action): Promise<string> => {
    const { person, schwabUrl, clock, storeToken, tickers } = options
    switch (action.action) {
      case 'reauthorize':
        return person.logIn('allow')
      case 'deny':
        return person.logIn('deny')
      case 'put-secret':
        await storeToken(await TOKENS[action.kind](schwabUrl, clock))
        return `A token was put by hand: ${action.kind}.`
      case 'purge-auth-dlq':
        await options.sqs.purge(options.authDlq)
        return 'Every parked job was deleted.'
      case 'redrive':
        void options.call('redriver', {})
        return 'The redriver was called.'
      case 'add-ticker':
      case 'remove-ticker':
        tickers.change(action.ticker, action.action === 'add-ticker' ? 'added' : 'removed')
        options.recycle()
        return `The tickers are now ${tickers.current().join(', ')}.`
      default:
        options.kill()
        return 'The stack ends here.'
    }
  }

const TOKENS: Readonly<Record<'good' | 'client-credentials' | 'garbage', (schwabUrl: string, clock: () => number) => Promise<string>>> = {
  good: exchangeLogin,
  'client-credentials': clientCredentials,
  garbage: () => Promise.resolve('this is no token'),
}
