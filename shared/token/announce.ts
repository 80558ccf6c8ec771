import { newYorkText } from '../domain/new-york.ts'
import type { Outage, OutageReason } from '../domain/outage.ts'
import { toIso } from '../domain/time.ts'
import { REFRESH_TOKEN_LIFE } from '../domain/token.ts'
import type { SecretVersions, TokenBook } from '../ports.ts'
import { ignoringFailure } from './ignoring-failure.ts'
import { outageDetail } from './outage-detail.ts'
import { REJECTION_TEXTS } from './outage-texts.ts'
import { publishOnce, type PublishDeps } from './publish-once.ts'
import type { MailFacts } from './token-deps.ts'

export type AnnounceDeps = PublishDeps & {
  readonly book: Pick<TokenBook, 'newestCandle'>
  readonly secret: Pick<SecretVersions, 'isNoted' | 'note'>
  readonly holder: string
  readonly mail: MailFacts
}

type Published = ReturnType<typeof publishOnce>

/** What the announcement of an outage is known by: marked as published, it also marks the outage as announced. */
export const announcementKey = (outageId: string): string => `reauth-required:${outageId}`

/** The note in the secret that people know of an outage: it counts also while the database is down. */
export const toldKey = (outageId: string): string => `told:${outageId}`

/** Tells people that the token is dead, if they have not been told without the database. Fails like `publishOnce`. */
export const announceOutage = async (outage: Outage, deps: AnnounceDeps): Published => {
  if (await deps.secret.isNoted(toldKey(outage.id))) {
    await deps.notices.markPublished(announcementKey(outage.id), deps.clock())
    return 'already'
  }
  const outcome = await publishOnce(
    announcementKey(outage.id),
    async () => ({ type: 'ReauthRequired', detail: outageDetail(outage, await deps.book.newestCandle(), deps.mail, deps.clock()) }),
    deps,
  )
  // The mark in the database counts; this one is for the time in which that is down.
  if (outcome === 'published') await ignoringFailure(deps.secret.note(toldKey(outage.id), deps.holder))
  return outcome
}

export type Reauthorization = {
  readonly versionId: string
  /** Undefined: no outage was open. */
  readonly outageId: string | undefined
  readonly how: 'login' | 'by_hand' | 'by_itself'
  readonly at: number
  /** Undefined: the token does not say when the login was. */
  readonly refreshExpiresAt: number | undefined
}

/** Tells programs and people that a proven token is stored. */
export const announceReauthorized = (input: Reauthorization, deps: PublishDeps): Published => {
  const { versionId, outageId, how, at, refreshExpiresAt } = input
  // It works, so the login was before now: that is the latest it can last.
  const latest = at + REFRESH_TOKEN_LIFE
  return publishOnce(
    `reauthorized:${outageId ?? versionId}`,
    () => ({
      type: 'Reauthorized',
      detail: {
        ...(outageId !== undefined && { outageId }),
        how,
        at: toIso(at),
        refreshExpiresAt: toIso(refreshExpiresAt ?? latest),
        refreshExpiresAtText:
          refreshExpiresAt === undefined
            ? `nobody knows, for the token does not say when the login was: at the latest ${newYorkText(latest)}`
            : newYorkText(refreshExpiresAt),
      },
    }),
    deps,
  )
}

/** Says that a token put by hand was of no use. @param restored the one before it still works and is current again */
export const announceRejected = (
  input: { readonly versionId: string; readonly reason: OutageReason; readonly restored: boolean; readonly at: number },
  deps: PublishDeps,
): Published =>
  publishOnce(
    `token-rejected:${input.versionId}`,
    () => ({
      type: 'TokenRejected',
      detail: {
        why: `${REJECTION_TEXTS[input.reason]} ${input.restored ? 'The token before it still works and is current again.' : 'Log in again instead.'}`,
        restored: input.restored,
        at: toIso(input.at),
      },
    }),
    deps,
  )
