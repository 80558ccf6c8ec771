import type { PipelineEvent } from '../../shared/domain/events.ts'
import { REAUTH_URL } from './instance-ports.ts'
import type { Fault } from './faults.ts'
import type { Ended } from './invocation.ts'
import type { Lives } from './lives.ts'
import type { World } from './world.ts'

/** Somebody who reads the mails and logs in, sooner or later, and not always as one should. */
export type Person = {
  readonly read: (event: PipelineEvent) => void
  readonly isBusy: () => boolean
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** The account whose token is stored. */
export const ACCOUNT = 'account-1'

type Answer = { readonly status: number; readonly location: string; readonly body: string; readonly cookie: string | undefined }

export const openPerson = (world: World, lives: Lives): Person => {
  const { kernel, random, plan, tokens, faults } = world
  const moods: Fault[] = plan.faults.filter(({ kind }) => kind === 'person')
  let planned = false
  let busy = false
  let jar: string | undefined
  /** Of the newest mail. */
  let link = ''

  const visit = (method: string, path: string, form?: Readonly<Record<string, string>>): Promise<Answer> =>
    new Promise((resolve) => {
      const [rawPath = '', rawQueryString = ''] = path.split('?')
      const event = {
        rawPath,
        rawQueryString,
        headers: form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' },
        cookies: jar === undefined ? [] : [jar],
        body: form === undefined ? '' : new URLSearchParams(form).toString(),
        isBase64Encoded: false,
        requestContext: { http: { method } },
      }
      lives.invoke('reauth', event, (ended: Ended) => {
        const answer = (ended.kind === 'returned' ? ended.value : { statusCode: 500 }) as {
          readonly statusCode: number
          readonly headers?: Readonly<Record<string, string>>
          readonly cookies?: readonly string[]
          readonly body?: string
        }
        jar = answer.cookies?.[0]?.split(';')[0] ?? jar
        const { body = '' } = answer
        for (const see of world.lines) see(body)
        resolve({ status: answer.statusCode, location: answer.headers?.['location'] ?? '', body, cookie: jar })
      })
    })
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void kernel.after(ms, resolve))

  /** From the link of the mail to the page at the end, as far as the mood goes. */
  const logIn = async (mood: Fault | undefined): Promise<void> => {
    const ticket = new URL(link).searchParams.get('ticket') ?? ''
    await visit('GET', `/reauth?ticket=${ticket}`)
    await wait(3_000)
    const pressed = await visit('POST', '/reauth', { ticket })
    if (!pressed.location.includes('/v1/oauth/authorize') || mood?.target === 'walks-away') return
    const login = new URL(pressed.location)
    const state = login.searchParams.get('state') ?? ''
    await wait(20_000)
    if (mood?.target === 'denies') {
      await visit('GET', `/reauth/callback?error=access_denied&state=${state}`)
      return
    }
    const account = mood?.target === 'other-account' ? 'account-2' : ACCOUNT
    const code = tokens.issueCode(account, login.searchParams.get('redirect_uri') ?? '')
    if (mood?.target === 'slow') await wait(40_000)
    const callback = `/reauth/callback?code=${encodeURIComponent(code)}&state=${state}`
    const ends = [visit('GET', callback), ...(mood?.target === 'clicks-twice' ? [visit('GET', callback)] : [])]
    const [{ body }] = (await Promise.all(ends)) as [Answer]
    const confirm = /name="confirm" value="([^"]+)"/.exec(body)?.[1]
    // It is the account that was meant, whoever's token is stored.
    if (confirm !== undefined && account === ACCOUNT) await visit('POST', '/reauth', { confirm })
  }

  /** Looks at the mail again every half hour, as long as it is true. */
  const attend = (isDue: () => boolean, delay: number): void => {
    planned = true
    kernel.after(delay, () => {
      if (!isDue()) return void (planned = false)
      const mood = moods.shift()
      if (mood !== undefined) faults.count(mood)
      if (mood?.target === 'late') return attend(isDue, mood.amount * HOUR)
      busy = true
      world.trace?.(`the person logs in${mood === undefined ? '' : ` (${mood.target})`}`)
      void logIn(mood).then(() => {
        busy = false
        attend(isDue, 30 * MINUTE)
      })
    })
  }
  const soon = (): number => Math.floor((1 + random() * 20) * MINUTE)
  return {
    isBusy: () => busy,
    read: ({ type, detail }) => {
      if (type !== 'ReauthRequired' && type !== 'ReauthReminder' && type !== 'TokenExpiring') return
      ;({ link } = detail)
      if (!link.startsWith(REAUTH_URL)) world.violate('announcements', `a mail links to ${link}`)
      if (planned) return
      if (type !== 'TokenExpiring') {
        attend(() => world.store.outages().some(({ reauthorizedAt }) => reauthorizedAt === undefined), soon())
      } else if (plan.renewsEarly) {
        const login = world.store.proven()?.loggedInAt
        attend(() => world.store.proven()?.loggedInAt === login && login !== undefined, soon())
      }
    },
  }
}
