import { PipelineError } from '../../shared/domain/errors.ts'
import type { PipelineEvent } from '../../shared/domain/events.ts'
import { newYorkText } from '../../shared/domain/new-york.ts'
import { toIso } from '../../shared/domain/time.ts'
import { changeOf, type VerdictChange } from '../../shared/domain/verdict-change.ts'
import type { Verdict } from '../../shared/domain/verdicts.ts'
import { describeError } from '../../shared/lambda/log.ts'
import { publishOnce } from '../../shared/token/publish-once.ts'
import type { RunTickDeps } from './tick-deps.ts'

type News = { readonly key: string; readonly event: PipelineEvent; readonly changes: readonly VerdictChange[] }

/** Tells people of each verdict once, and once that it no longer holds. What could not be told is told at a later tick. @returns whether all is told */
export const tellVerdicts = async (verdicts: readonly Verdict[], tick: number, deps: RunTickDeps): Promise<boolean> => {
  const fresh = verdicts.filter(
    ({ decidedAt, toldAt, endedAt }) => decidedAt !== undefined && toldAt === undefined && endedAt === undefined,
  )
  const days = Map.groupBy(fresh.filter(isOfClosedDay), ({ date }) => date ?? '')
  const news = [
    ...fresh.filter((verdict) => !isOfClosedDay(verdict)).map(newsOf),
    ...[...days].map(([date, ofDay]) => closedDay(date, ofDay)),
    ...verdicts.filter(({ endedAt }) => endedAt !== undefined).map(heard),
  ]
  let isAllTold = true
  for (const { key, event, changes } of news) {
    try {
      if ((await publishOnce(key, () => event, deps)) === 'taken') isAllTold = false
      else await deps.book.putVerdicts(changes, tick)
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error
      deps.log('event_not_published', { type: event.type, ...describeError(error) })
      isAllTold = false
    }
  }
  return isAllTold
}

const isOfClosedDay = ({ kind, traded }: Verdict): boolean => kind === 'refused_request' && !traded

const newsOf = (verdict: Verdict): News => {
  const { kind, ticker, date = '', firstAt } = verdict
  const since = { since: toIso(firstAt), sinceText: newYorkText(firstAt) }
  const changes = [changeOf('told', verdict)]
  switch (kind) {
    case 'unknown_symbol':
      return { key: `ticker-unknown:${ticker}:${firstAt}`, event: { type: 'TickerUnknown', detail: { ticker, ...since } }, changes }
    case 'refused_data':
      return { key: `ticker-refused:${ticker}:${firstAt}`, event: { type: 'TickerRefused', detail: { ticker, ...since } }, changes }
    case 'refused_request':
      return { key: `session-refused:${ticker} ${date}`, event: { type: 'SessionRefused', detail: { ticker, date } }, changes }
    default: {
      const detail = firstAt > 0 ? { ticker, ...since } : { ticker, sinceText: 'it never had a candle' }
      return { key: `ticker-silent:${ticker}:${firstAt}`, event: { type: 'TickerSilent', detail }, changes }
    }
  }
}

const closedDay = (date: string, verdicts: readonly Verdict[]): News => ({
  key: `day-closed:${date}`,
  event: { type: 'DayReadAsClosed', detail: { date, line: `  - ${date}` } },
  changes: verdicts.map((verdict) => changeOf('told', verdict)),
})

const heard = (verdict: Verdict): News => {
  const { ticker, kind, firstAt, decidedAt = firstAt } = verdict
  const since = firstAt > 0 ? firstAt : decidedAt
  const after = kind === 'refused_request' ? 'silence' : kind
  return {
    key: `ticker-heard:${ticker}:${kind}:${firstAt}`,
    event: { type: 'TickerHeard', detail: { ticker, after, since: toIso(since), sinceText: newYorkText(since) } },
    changes: [changeOf('drop', verdict)],
  }
}
