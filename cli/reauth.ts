import { randomBytes } from 'node:crypto'
import { authorizeUrl } from '../functions/reauth/authorize-url.ts'
import { reauthLink } from '../shared/token/ticket.ts'
import { type Command, CommandFailed, UsageError } from './command.ts'
import { DEFAULT_CALLBACK } from './default-callback.ts'
import { logInByListening, logInByPasting } from './log-in.ts'
import { parseOptions } from './parse-options.ts'
import type { Pipeline } from './pipeline.ts'
import { isLoopback } from './setup/objections.ts'
import { tokenDeps } from './token-deps.ts'
import { openFor, WORLD_HELP, WORLD_OPTIONS } from './world-options.ts'

const HELP = `Logs in at Schwab from this machine: the first time, and whenever the link of a mail cannot be used.

kite reauth [--listen | --paste] [--callback URL] [--yes] [--data DIR | --stage NAME]
kite reauth --link [--url URL] [--data DIR | --stage NAME]

  --listen        wait here for the browser that comes back from Schwab (default)
  --paste         no browser here: log in anywhere and paste the address that the browser ends at
  --callback URL  the callback URL as it is registered for the app at Schwab, to the letter
                  (default: that of kite setup if it is on this machine, else ${DEFAULT_CALLBACK})
  --yes           take another Schwab account than the one stored without asking
  --link          only print the link that mails have: of the open outage, else one for logging in before the end
  --url URL       the HTTP endpoint of that link, where it cannot be found: npx serverless info prints it
${WORLD_HELP}
The token that comes back is tried by a data call and used only if it works; a working one is never replaced by a worse one.
In a local stack the simulator's login page is opened instead of Schwab's.

Exit code 0 when a token that works is in use, 1 when not.
`

/** `kite reauth` */
export const reauth: Command = {
  name: 'reauth',
  group: 'repair',
  summary: 'log in at Schwab',
  help: HELP,
  run: async (args, deps) => {
    const options = parseOptions(args, {
      link: { type: 'boolean' },
      url: { type: 'string' },
      listen: { type: 'boolean' },
      paste: { type: 'boolean' },
      callback: { type: 'string' },
      yes: { type: 'boolean' },
      ...WORLD_OPTIONS,
    })
    const ways = [options.link, options.listen, options.paste].filter((way) => way === true)
    if (ways.length > 1) throw new UsageError('write one of --listen, --paste and --link')
    if (options.callback !== undefined && !URL.canParse(options.callback))
      throw new UsageError(`--callback ${options.callback} is no URL: write ${DEFAULT_CALLBACK}`)
    const pipeline = await openFor(options, deps)
    if (options.link === true) {
      await deps.print(`${await linkOf(pipeline, options.url)}\n`)
      return 0
    }
    const { url: schwabUrl, appKey } = await pipeline.schwab()
    const [state, redirectUri] = [randomBytes(32).toString('base64url'), options.callback ?? (await storedCallback(pipeline))]
    const login = {
      link: authorizeUrl({ schwabUrl, appKey, redirectUri, state }),
      callback: new URL(redirectUri),
      redirectUri,
      state,
      deps: await tokenDeps(pipeline),
      askForTime: pipeline.askForTime,
      yes: options.yes === true,
    }
    return options.paste === true ? logInByPasting(login, deps) : logInByListening(login, deps)
  },
}

/** One on another host is of no use here: no browser comes back from there to this terminal. */
const storedCallback = async ({ app }: Pipeline): Promise<string> => {
  const { callbackUrl } = await app()
  return callbackUrl !== undefined && isLoopback(callbackUrl) ? callbackUrl : DEFAULT_CALLBACK
}

const linkOf = async (pipeline: Pipeline, url: string | undefined): Promise<string> => {
  const reauthUrl = url ?? (await pipeline.reauthUrl())
  if (reauthUrl === undefined)
    throw new CommandFailed('the HTTP endpoint cannot be found: deploy first, or give it with --url, as npx serverless info prints it')
  const [{ signingKey }, store] = [await pipeline.app(), await pipeline.store()]
  const { outages, loggedInAt } = await store.tokenState()
  const open = outages.find(({ reauthorizedAt }) => reauthorizedAt === undefined)
  if (open !== undefined) return reauthLink(reauthUrl, `outage:${open.id}`, signingKey, pipeline.clock())
  if (loggedInAt === undefined) throw new CommandFailed('a link is for a login after the first: run kite reauth without --link')
  return reauthLink(reauthUrl, `login:${loggedInAt}`, signingKey, pipeline.clock())
}
