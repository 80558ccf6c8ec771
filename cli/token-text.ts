import type { Outage } from '../shared/domain/outage.ts'
import { toIso } from '../shared/domain/time.ts'
import type { TokenHistoryEntry } from '../shared/ports.ts'
import { momentText, spanText } from './span-text.ts'
import { textTable } from './text-table.ts'
import type { TokenReport } from './token-report.ts'

/** For people. */
export const tokenText = (report: TokenReport, now: number): string => {
  const { openOutage, recovering, history } = report
  return [
    textTable(
      [
        ['state', report.state],
        ...(report.why === undefined ? [] : [['why', report.why]]),
        ...(report.versionId === undefined ? [] : [['version', `${report.versionId}, ${provenance(report.proven)}`]]),
        ...clockRow('logged in', report.loggedInAt, now, report.versionId),
        ...clockRow('access token', report.accessExpiresAt, now, report.versionId),
        ...clockRow('refresh token', report.refreshExpiresAt, now, report.versionId),
        ['open outage', openOutage === undefined ? 'none' : outageText(openOutage, now)],
        ...recovering.map((outage) => ['being made good', outageText(outage, now)]),
      ],
      2,
    ),
    history.length === 0 ? '' : `\n${textTable([['when (UTC)', 'what', 'version', 'outage'], ...history.map(historyRow)], 4)}`,
  ].join('')
}

/** For programs: times in UTC, what is not there is null. */
export const tokenJson = (report: TokenReport, now: number): string => {
  const { openOutage, recovering, history, bookProblem, ...rest } = report
  const fields = {
    at: toIso(now),
    ...rest,
    why: rest.why ?? null,
    versionId: rest.versionId ?? null,
    proven: rest.proven ?? null,
    loggedInAt: iso(rest.loggedInAt),
    accessExpiresAt: iso(rest.accessExpiresAt),
    refreshExpiresAt: iso(rest.refreshExpiresAt),
    openOutage: openOutage === undefined ? null : outageJson(openOutage),
    recovering: recovering.map(outageJson),
    history: history.map((entry) => ({ ...entry, at: toIso(entry.at), outageId: entry.outageId ?? null })),
    databaseProblem: bookProblem ?? null,
  }
  return `${JSON.stringify(fields, undefined, 2)}\n`
}

const provenance = (proven: boolean | undefined): string => {
  if (proven === undefined) return 'proven or not: the database does not say'
  return proven ? 'proven by a data call' : 'put by hand, not proven yet: token-keeper tries it within a minute'
}

const clockRow = (name: string, at: number | undefined, now: number, versionId: string | undefined): readonly (readonly string[])[] => {
  if (versionId === undefined) return []
  if (at === undefined)
    return [
      [name, name === 'access token' ? 'the stored token does not say when it ends' : 'the stored token does not say when the login was'],
    ]
  const [ended, left] = [`${spanText(Math.max(0, now - at))} ago,`, `${spanText(Math.max(0, at - now))} left, until`]
  if (name === 'logged in')
    return [[name, at > now ? `${momentText(at)}: in the future, so the clock that wrote it was wrong` : `${ended} ${momentText(at)}`]]
  return [[name, `${at > now ? left : `ended ${ended}`} ${momentText(at)}`]]
}

const outageText = ({ id, reason, startedAt, reauthorizedAt, parked, redriven }: Outage, now: number): string =>
  `${id}, ${reason}, since ${momentText(startedAt)}, ${spanText(now - startedAt)} ago, ${parked} jobs parked` +
  (reauthorizedAt === undefined ? '' : `, ${redriven} redriven, login ${spanText(now - reauthorizedAt)} ago`)

const outageJson = ({ id, reason, startedAt, announcedAt, reauthorizedAt, restoredAt, parked, redriven }: Outage): object => ({
  id,
  reason,
  startedAt: toIso(startedAt),
  announcedAt: iso(announcedAt),
  reauthorizedAt: iso(reauthorizedAt),
  restoredAt: iso(restoredAt),
  parked,
  redriven,
})

const WHAT: Readonly<Record<TokenHistoryEntry['what'], string>> = {
  refresh: 'refreshed',
  login: 'logged in',
  by_hand: 'put by hand, proven',
  died: 'died',
}

const historyRow = ({ at, what, version, outageId }: TokenHistoryEntry): readonly string[] => [
  toIso(at),
  WHAT[what],
  version,
  outageId ?? '-',
]

const iso = (at: number | undefined): string | null => (at === undefined ? null : toIso(at))
