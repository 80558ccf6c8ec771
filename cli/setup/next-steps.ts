import { callbackUrl } from '../../functions/reauth/authorize-url.ts'
import { DEFAULT_CALLBACK } from '../default-callback.ts'
import { DEFAULT_REGION, DEFAULT_STAGE, type WorldOptions } from '../find-world.ts'
import { deployCommand } from '../not-deployed.ts'
import type { Settings } from './fields.ts'

/** What to tell a person at the end. */
export type NextSteps = {
  readonly settings: Pick<Settings, 'callbackUrl' | 'mail'>
  readonly reauthUrl: string | undefined
  readonly world: WorldOptions
  readonly isMigrated: boolean
  readonly hasToken: boolean
}

/** Which addresses to register at Schwab, and the commands that are left, in their order. */
export const nextSteps = ({ settings, reauthUrl, world, isMigrated, hasToken }: NextSteps): string => {
  const callbacks = [reauthUrl === undefined ? undefined : callbackUrl(reauthUrl), settings.callbackUrl, DEFAULT_CALLBACK]
  const known = [...new Set(callbacks)].flatMap((callback) => (callback === undefined ? [] : [`  ${callback}\n`]))
  const missing = reauthUrl === undefined ? '  (and the one that npx serverless info --verbose prints as ReauthCallback)\n' : ''
  const steps = [
    ...(isMigrated ? [] : ['npm run kite -- migrate']),
    ...(hasToken ? [] : [`npm run kite -- reauth${kiteFlags(world)}`]),
    // Nobody sends mails from a local stack.
    ...(settings.mail === undefined || world.data !== undefined ? [] : [`${deployCommand(world)} --param mail=${settings.mail}`]),
    `npm run kite -- doctor${kiteFlags(world)}`,
  ]
  return `
Register at developer.schwab.com as callback URLs of the application, to the letter:
${known.join('')}${missing}
Next:
${steps.map((step, index) => `  ${index + 1}. ${step}\n`).join('')}`
}

/** The same pipeline in another command. The stage is always named: a local stack may lie beside it. */
const kiteFlags = ({ data, stage = DEFAULT_STAGE, region = DEFAULT_REGION }: WorldOptions): string => {
  if (data !== undefined) return ` --data ${/^[\w./-]+$/.test(data) ? data : `'${data}'`}`
  return ` --stage ${stage}${region === DEFAULT_REGION ? '' : ` --region ${region}`}`
}
