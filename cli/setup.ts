import { type Command, CommandFailed } from './command.ts'
import { DEFAULT_STAGE } from './find-world.ts'
import { findingLine } from './doctor/finding-line.ts'
import { deployCommand } from './not-deployed.ts'
import { parseOptions } from './parse-options.ts'
import { checkSettings } from './setup/check-settings.ts'
import { gatherSettings } from './setup/gather-settings.ts'
import { changedFields, secretOf, storedText } from './setup/next-secret.ts'
import { nextSteps } from './setup/next-steps.ts'
import { storedSettings } from './setup/stored-settings.ts'
import { currentOrNothing } from './token-report.ts'
import { openFor, WORLD_OPTIONS } from './world-options.ts'

const HELP = `Stores what the deployed pipeline needs to know: your application at Schwab and your project at Supabase.

kite setup [--check] [--yes] [--app-key KEY] [--callback URL] [--supabase-url URL] [--publishable-key KEY] [--mail ADDRESS]
           [--data DIR | --stage NAME]

  --app-key KEY          of your application at developer.schwab.com, or SCHWAB_APP_KEY
                         its secret: SCHWAB_APP_SECRET
  --callback URL         its callback URL for kite reauth, or SCHWAB_CALLBACK_URL (default https://127.0.0.1:8182)
  --supabase-url URL     of your project, https://….supabase.co, or SUPABASE_URL
                         its secret key, sb_secret_…: SUPABASE_SECRET_KEY
  --publishable-key KEY  its publishable key, sb_publishable_…, or SUPABASE_PUBLISHABLE_KEY; can be left out
  --mail ADDRESS         who is warned when a login is due, or KITE_MAIL; can be left out
  --yes                  ask nothing: what is not given stays as it is stored
  --check                only check; ask and write nothing
  --stage NAME           the stage on AWS (default prod), with the credentials that the AWS CLI would use
  --region NAME          of AWS (default us-east-1)
  --data DIR             instead, the running local stack with this state

What is not given is asked for at a terminal; Enter keeps what is stored. A secret is not shown while you type it, is never printed, and
cannot be given as an option, where others could read it.

Each is tried by a real call to Schwab and Supabase before anything is written, and all of it is written at once or not at all. The key
that signs the links in mails is made the first time and kept. Run it again whenever something has changed.

Exit code 0 when everything is stored (--check: would be), 1 when not.
`

const OPTIONS = {
  check: { type: 'boolean' },
  yes: { type: 'boolean' },
  'app-key': { type: 'string' },
  callback: { type: 'string' },
  'supabase-url': { type: 'string' },
  'publishable-key': { type: 'string' },
  mail: { type: 'string' },
  ...WORLD_OPTIONS,
} as const

/** `kite setup` */
export const setup: Command = {
  name: 'setup',
  group: 'install',
  summary: 'store the credentials of Schwab and Supabase, each tried first',
  help: HELP,
  run: async (args, deps) => {
    const options = parseOptions(args, OPTIONS)
    // A deployment is set up, and a local stack only where it is named: it knows everything from the start.
    const pipeline = await openFor({ ...options, stage: options.stage ?? (options.data === undefined ? DEFAULT_STAGE : undefined) }, deps)
    const { name, read, put } = pipeline.appSecret
    const state = await read()
    if (state.kind === 'none')
      throw new CommandFailed(`there is no secret ${name}, and nothing was written. Deploy first: ${deployCommand(options)}`)
    const stored = storedSettings(state)
    if (stored.malformed.length > 0)
      await deps.remark(`kite: the secret ${name} is damaged: ${stored.malformed.join(', ')} of it cannot be used and will be replaced\n`)
    const asks = deps.hasTerminal && options.yes !== true && options.check !== true
    const settings = await gatherSettings({ flags: options, stored: stored.settings, asks }, deps)

    const { findings, isMigrated } = await checkSettings(settings, pipeline, deps)
    await deps.print(findings.map(findingLine).join(''))
    if (findings.some(({ verdict }) => verdict === 'failed'))
      throw new CommandFailed('nothing was written: mend what failed and run it again')

    const hasToken = (await currentOrNothing(pipeline.secret)) !== undefined
    const reauthUrl = await pipeline.reauthUrl()
    const next = secretOf(settings, stored)
    const changed = changedFields(next, stored)
    if (options.check === true) {
      await deps.print(`\nAll is well. Nothing was written${changed.length === 0 ? '' : `; ${changed.join(', ')} would be`}.\n`)
      return 0
    }
    if (changed.length > 0) await put(JSON.stringify(next))
    await deps.print(`\n${storedText(name, state, next, changed)}`)
    await deps.print(nextSteps({ settings, reauthUrl, world: options, isMigrated: isMigrated || pipeline.isLocal, hasToken }))
    return 0
  },
}
