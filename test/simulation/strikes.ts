import { seededRandom } from '../../local/schwab/seeded-random.ts'
import type { Fault } from './faults.ts'
import type { Lives } from './lives.ts'
import { ACCOUNT } from './person.ts'
import { idToken, MARK, type Grant } from './schwab-tokens.ts'
import type { SiteRequest } from './schwab-site.ts'
import type { World } from './world.ts'

/** The token file of schwab-py. */
export const tokenFile = (grant: Grant, now: number): string =>
  JSON.stringify({ creation_timestamp: Math.floor(now / 1000), token: { ...grant, expires_at: Math.floor(now / 1000) + grant.expires_in } })

/** Does those faults of the list that happen at one moment. `struck` hears of each. */
export const planStrikes = (world: World, lives: Lives, struck: (fault: Fault) => void): void => {
  const { kernel, faults, sqs, tokens, secret } = world
  const random = seededRandom(world.plan.seed + 5)
  const byKind: { readonly [kind in Fault['kind']]?: (fault: Fault) => boolean } = {
    'app-changed': () => (lives.rebuild(), true),
    deploy: () => (lives.deploy(), true),
    'ticker-added': ({ target }) => {
      world.tickers = [...new Set([...world.tickers, target])]
      lives.deploy()
      return true
    },
    'ticker-removed': ({ target }) => {
      if (world.tickers.length < 2 || !world.tickers.includes(target)) return false
      world.tickers = world.tickers.filter((ticker) => ticker !== target)
      lives.deploy()
      return true
    },
    duplicate: ({ target, amount }) =>
      Array.from({ length: amount }, () => sqs.duplicate(target, random())).some((body) => body !== undefined),
    reappear: ({ target }) => sqs.expire(target) > 0,
    purge: ({ target }) => {
      const { visible, inFlight, delayed } = sqs.depth(target)
      void sqs.purge(target)
      return visible + inFlight + delayed > 0
    },
    stray: ({ target, amount }) => {
      void sqs.send(target, STRAY[Math.floor(random() * STRAY.length)] ?? '')
      return amount === 0
    },
    revoked: (fault) => (tokens.strike(fault), true),
    'access-ended': (fault) => (tokens.strike(fault), true),
    'put-by-hand': ({ target }) => {
      const text = {
        garbage: 'not a token',
        'client-credentials': JSON.stringify({ access_token: `${MARK}-client`, expires_in: '3600' }),
        stale: tokenFile({ ...STALE, id_token: idToken(ACCOUNT) }, kernel.now()),
        future: '',
        good: '',
      }[target]
      const at = kernel.now() + (target === 'future' ? AHEAD : 0)
      secret.putCurrent(target === 'good' || target === 'future' ? tokenFile(tokens.logIn(ACCOUNT), at) : (text ?? ''))
      return true
    },
  }
  for (const fault of world.plan.faults) {
    const strike = byKind[fault.kind]
    if (strike === undefined) continue
    const happen = (): void => {
      if (!strike(fault)) return
      faults.count(fault)
      world.trace?.(`FAULT ${fault.kind} ${fault.target}`)
      struck(fault)
    }
    if (fault.kind === 'app-changed' && fault.amount === 1)
      atNextRefresh(world, fault.at, () => {
        world.storesNothingUntil = kernel.now() + UNSTORED
        kernel.after(UNSTORED, happen)
      })
    else if (fault.kind === 'put-by-hand' && fault.amount === 1)
      atNextRefresh(world, fault.at, () => void kernel.after(random() * 150, happen))
    else kernel.at(fault.at, happen)
  }
}

/** Once, when Schwab has just answered a refresh. */
const atNextRefresh = ({ calls, kernel }: World, from: number, happen: () => void): void => {
  let isDone = false
  calls.push(({ method, args }) => {
    if (isDone || method !== 'token' || kernel.now() < from || (args[0] as SiteRequest).form.get('grant_type') !== 'refresh_token') return
    isDone = true
    happen()
  })
}

/** How far the clock was ahead where a token was made. */
const AHEAD = 8 * 3_600_000
/** Longer than a refreshed token is offered to the secret. */
const UNSTORED = 3_000

const STALE = {
  refresh_token: `${MARK}-long-dead@`,
  access_token: `${MARK}-long-ended`,
  expires_in: 1800,
  token_type: 'Bearer',
  scope: 'api',
} as const

const STRAY = ['not JSON', '{"v":2,"kind":"live"}', '{}']
