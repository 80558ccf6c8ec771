import { type AppSecret, parseAppSecret } from '../shared/adapters/app-secret.ts'
import type { AppSecretDesk } from './app-secret-desk.ts'
import { CommandFailed } from './command.ts'
import type { WorldOptions } from './find-world.ts'
import { deployCommand } from './not-deployed.ts'

/** The application's credentials. Fails with CommandFailed where a step of setting up is not done yet, else as the desk does, and with TokenUnreadable. */
export const readAppSecret = async ({ name, read }: AppSecretDesk, options: WorldOptions): Promise<AppSecret> => {
  const state = await read()
  if (state.kind === 'none') throw new CommandFailed(`there is no secret ${name}: deploy first, ${deployCommand(options)}`)
  if (state.kind === 'empty') throw new CommandFailed(`the secret ${name} has no value yet: kite setup stores it`)
  return parseAppSecret(state.text)
}
