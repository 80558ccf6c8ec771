import { newYorkDate, newYorkText, newYorkTime } from '../shared/domain/new-york.ts'
import { toIso } from '../shared/domain/time.ts'
import { isTickerRefusal } from '../shared/domain/verdicts.ts'
import type { HeldVerdict } from './reader.ts'
import type { SessionStatus } from './session-status.ts'
import { textTable } from './text-table.ts'
import type { TickerStatus } from './ticker-status.ts'

const COUNTS = ['expected', 'stored', 'noTrade', 'unreadable', 'pending', 'missing'] as const

/** For people: times of day in New York. */
export const statusTable = (now: number, report: readonly TickerStatus[], held: readonly HeldVerdict[]): string => {
  const head = ['ticker', 'session', 'expected', 'stored', 'no trade', 'unreadable', 'pending', 'missing', 'first', 'last', 'complete']
  const rows = report.flatMap(({ ticker, sessions }) => sessions.map((session) => [ticker, ...cells(session)]))
  const sums = totals(report)
  const sessions = report.flatMap((entry) => entry.sessions)
  const complete = sessions.filter((session) => session.complete).length
  return [
    `${newYorkDate(now)} ${newYorkTime(now)} in New York\n\n`,
    textTable([head, ...rows], 2),
    `\n${complete} of ${sessions.length} sessions complete, ${sums.missing} minutes missing, ${sums.pending} pending\n`,
    ...report.map(
      ({ ticker, freshnessSeconds }) =>
        `${ticker} ${freshnessSeconds === undefined ? 'is out of session' : `fresh: newest candle ended ${age(freshnessSeconds)} ago`}\n`,
    ),
    ...held.map((verdict) => `${heldText(verdict)}\n`),
  ].join('')
}

/** For programs: times in UTC, what is not there is null. */
export const statusJson = (now: number, report: readonly TickerStatus[], held: readonly HeldVerdict[]): string => {
  const tickers = report.map(({ ticker, freshnessSeconds, sessions }) => ({
    ticker,
    freshnessSeconds: freshnessSeconds ?? null,
    sessions: sessions.map((session) => ({ ...session, first: iso(session.first), last: iso(session.last) })),
  }))
  const verdicts = held.map(({ since, date, ...rest }) => ({ ...rest, date: date ?? null, since: since > 0 ? toIso(since) : null }))
  return `${JSON.stringify({ at: toIso(now), totals: totals(report), setAside: setAside(held), verdicts, tickers }, undefined, 2)}\n`
}

const setAside = (held: readonly HeldVerdict[]): readonly string[] => [...new Set(held.filter(isTickerRefusal).map(({ ticker }) => ticker))]

const heldText = ({ ticker, kind, date, since }: HeldVerdict): string => {
  const from = since > 0 ? ` since ${newYorkText(since)}` : ''
  switch (kind) {
    case 'unknown_symbol':
      return `${ticker} is set aside: Schwab does not know it${from}`
    case 'refused_data':
      return `${ticker} is set aside: Schwab refuses its data${from}`
    case 'refused_request':
      return `${ticker} ${date ?? ''} is taken for a closed day: Schwab refuses it${from}`
    default:
      return since > 0 ? `${ticker} is silent${from}` : `${ticker} never had a candle`
  }
}

const cells = (session: SessionStatus): readonly string[] => [
  session.date,
  ...COUNTS.map((count) => String(session[count])),
  time(session.first),
  time(session.last),
  session.complete ? 'yes' : session.suspect ? 'suspect' : 'no',
]

const totals = (report: readonly TickerStatus[]) => {
  const sum = (count: (typeof COUNTS)[number]): number =>
    report.flatMap(({ sessions }) => sessions).reduce((total, session) => total + session[count], 0)
  return {
    expected: sum('expected'),
    stored: sum('stored'),
    noTrade: sum('noTrade'),
    unreadable: sum('unreadable'),
    pending: sum('pending'),
    missing: sum('missing'),
  }
}

const time = (at: number | undefined): string => (at === undefined ? '-' : newYorkTime(at))

const iso = (at: number | undefined): string | null => (at === undefined ? null : toIso(at))

const age = (seconds: number): string => (seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`)
