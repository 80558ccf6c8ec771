import { callbackUrl } from '../../functions/reauth/authorize-url.ts'
import type { Pipeline } from '../pipeline.ts'
import { type Finding, note } from './finding.ts'

/** The callback URL to register: only a login shows whether Schwab knows it. */
export const checkCallback = async ({ reauthUrl }: Pipeline): Promise<readonly Finding[]> => {
  const url = await reauthUrl()
  return [
    url === undefined
      ? note(
          'callback URL',
          'not found: cloudformation:DescribeStacks may not be allowed to you',
          'npx serverless info prints the endpoint; add /reauth/callback',
        )
      : note('callback URL', `${callbackUrl(url)} has to be registered for the app at Schwab, to the letter`),
  ]
}
