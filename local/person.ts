import { reauthLink } from '../shared/token/ticket.ts'
import { MINUTE } from '../shared/domain/time.ts'
import { parseToken, REFRESH_TOKEN_LIFE } from '../shared/domain/token.ts'
import type { BusEvent } from './aws/bus-event.ts'
import { exchangeLogin } from './person/exchange-login.ts'
import { isWarned, newestLink } from './person/newest-link.ts'
import { pageLogin } from './person/page-login.ts'

export type PersonOptions = {
  readonly schwabUrl: string
  readonly reauthUrl: string
  /** What the links of mails are signed with. */
  readonly signingKey: string
  /** Simulated time, epoch milliseconds. */
  readonly clock: () => number
  /** The stored token's text, or undefined before the first. */
  readonly readToken: () => Promise<string | undefined>
  readonly storeToken: (text: string) => Promise<void>
  /** The newest events on the bus, oldest first. */
  readonly events: () => readonly BusEvent[]
  readonly say: (line: string) => void
}

/** The simulated owner of the account. */
export type Person = {
  /** Logs in for the first time and stores the token by hand, if there is none. @param looksAfterIt a token that has ended is replaced */
  readonly start: (looksAfterIt: boolean) => Promise<void>
  /** Has been away for long, and logs in as soon as it works. */
  readonly comeBack: () => void
  /** Logs in if there is a reason to. @param heedsWarnings the warning a day before the end is one. @returns whether he tried */
  readonly look: (heedsWarnings: boolean) => Promise<boolean>
  /** When he will try again what failed, epoch milliseconds. */
  readonly nextDueAt: () => number | undefined
  /** Opens the newest link and logs in, or presses Deny, now; what fails is tried again later. @returns what the last page said */
  readonly logIn: (decision: 'allow' | 'deny') => Promise<string>
  /** The token has been replaced, or a mail has come. */
  readonly notice: () => void
}

const WARNED_HOURS = 24
const TRY_AGAIN_AFTER = 5 * MINUTE
const MAX_TRIES = 24

export const person = (options: PersonOptions): Person => {
  const { clock, say } = options
  let again: { readonly at: number; readonly tries: number } | undefined
  /** Undefined: has to be looked up. */
  let warned: boolean | undefined

  const logIn = async (decision: 'allow' | 'deny'): Promise<string> => {
    const tries = (again?.tries ?? 0) + 1
    const { done, text } = await attempt(decision, options)
    again = done || tries >= MAX_TRIES ? undefined : { at: clock() + TRY_AGAIN_AFTER, tries }
    warned = undefined
    say(text)
    return text
  }

  const comeBack = (): void => {
    again = { at: clock(), tries: 0 }
  }

  return {
    logIn,
    start: async (looksAfterIt) => {
      const stored = await options.readToken()
      if (stored === undefined) await options.storeToken(await exchangeLogin(options.schwabUrl, clock))
      else if (looksAfterIt && (loginOf(stored) ?? Infinity) + REFRESH_TOKEN_LIFE <= clock()) comeBack()
    },
    comeBack,
    look: async (heedsWarnings) => {
      if (again === undefined && heedsWarnings) {
        warned ??= isWarned(options.events(), WARNED_HOURS)
        if (warned) comeBack()
      }
      if (again === undefined || again.at > clock()) return false
      await logIn('allow')
      return true
    },
    nextDueAt: () => again?.at,
    notice: () => {
      warned = undefined
    },
  }
}

/** `done`: nothing is left to try. */
const attempt = async (decision: 'allow' | 'deny', options: PersonOptions): Promise<{ readonly done: boolean; readonly text: string }> => {
  const before = await options.readToken()
  const who = decision === 'allow' ? 'The person logged in' : 'The person pressed Deny'
  try {
    const link = newestLink(options.events()) ?? ownLink(before, options)
    const { status, heading } = await pageLogin(link, decision)
    const done = decision === 'deny' || (await options.readToken()) !== before
    return { done, text: `${who}. The page: ${heading} (${status})` }
  } catch (error) {
    return { done: decision === 'deny', text: `${who}: that failed: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** The link that no mail has brought yet: for the login that the stored token came from. */
const ownLink = (stored: string | undefined, { reauthUrl, signingKey, clock }: PersonOptions): string =>
  reauthLink(reauthUrl, `login:${loginOf(stored) ?? 0}`, signingKey, clock())

/** When the stored token's person logged in; undefined when something else was put there by hand. */
const loginOf = (stored: string | undefined): number | undefined => {
  try {
    return parseToken(stored ?? '').loggedInAt
  } catch {
    return undefined
  }
}
