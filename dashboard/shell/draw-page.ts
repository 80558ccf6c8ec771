import { chartView } from '../chart/chart-view.ts'
import { toolbar } from '../chart/toolbar.ts'
import { coverageMap } from '../coverage/coverage-map.ts'
import type { Stack } from '../data/stack.ts'
import { element, setAttribute } from '../element.ts'
import { faultPanel } from '../faults/fault-panel.ts'
import { banner } from '../health/banner.ts'
import { healthOf } from '../health/health.ts'
import { pipelineFlow } from '../pipeline/pipeline-flow.ts'
import type { PageActions } from '../state/page-actions.ts'
import type { PageClock } from '../state/page-clock.ts'
import { type Store, worstTrouble } from '../state/page-state.ts'
import { PANES } from '../state/selection.ts'
import { tickerList } from '../tickers/ticker-list.ts'
import { tokenPanel } from '../token/token-panel.ts'
import { allowanceOf, shownLink, speedOf, turnOf, whyNothing } from './page-facts.ts'
import { foot } from './foot.ts'
import { topBar } from './top-bar.ts'

export type PageOptions = {
  readonly store: Store
  readonly clock: PageClock
  readonly actions: PageActions
  readonly isLocal: boolean
  readonly stack: Stack | undefined
  readonly soon: () => void
}

/** Makes the page's parts once; `draw` shows the state as it is now. */
export const drawPage = ({ store, clock, actions, isLocal, stack, soon }: PageOptions) => {
  const top = topBar(() => chart.recolour())
  const word = banner()
  const list = tickerList((ticker) => actions.choose(ticker))
  const chartRoot = element('div', { class: 'chart' })
  const tools = toolbar({ ...actions, fit: () => chart.fit() })
  const token = tokenPanel()
  const flow = pipelineFlow()
  const coverage = coverageMap((ticker, date) => {
    actions.choose(ticker, date)
    stage.scrollIntoView({ block: 'nearest' })
  })
  const faults = stack && faultPanel({ stack, onDone: soon })
  const stage = element('section', { class: 'card stage', 'aria-label': 'Chart' }, tools.root, chartRoot)
  document.body.prepend(
    top.root,
    element(
      'main',
      { class: 'page' },
      word.root,
      ...(faults === undefined ? [] : [faults.root]),
      list.root,
      stage,
      flow.root,
      token.root,
      coverage.root,
    ),
    foot(isLocal),
  )
  const chart = chartView(chartRoot)

  const draw = (): void => {
    const state = store.get()
    const { selection, sessions, schedule, minutes, tickers, outages, events, stack: stackState } = state
    const now = clock.now()
    const newest = minutes?.at(-1)
    const speed = speedOf(stackState)
    const allowance = allowanceOf(speed)
    const tickerAllowance = allowance + turnOf(schedule)
    const outage = outages?.find(({ restoredAt }) => restoredAt === undefined)
    const link = shownLink(state)
    const facts = {
      now,
      allowance,
      isLocal,
      isRead: minutes !== undefined,
      newest,
      schedule,
      outage,
      token: state.token,
      trouble: worstTrouble(state),
      readAt: state.readAt,
    }
    top.update({ now, speed, isLocal })
    word.update({ health: healthOf(facts), newest, token: state.token, now, link })
    faults?.update(stackState)
    if (tickers !== undefined)
      list.update({
        rows: tickers,
        held: state.held,
        wanted: schedule?.tickers ?? [],
        sparklines: state.sparklines,
        selected: selection.ticker,
        now,
        inSession: newest?.inSession ?? false,
        allowance: tickerAllowance,
      })
    const last = sessions?.at(-1)
    tools.update({ selection, date: last?.date ?? selection.date, isRead: tickers !== undefined })
    chart.showPanes(new Set(PANES.filter((pane) => selection.panes.includes(pane))))
    const why = whyNothing(state)
    if (why !== undefined) chart.clear(why)
    else if (sessions !== undefined) chart.show(sessions, now, tickerAllowance)
    setAttribute(
      chartRoot,
      'data-bars',
      sessions === undefined ? undefined : String(sessions.reduce((sum, { bars }) => sum + bars.length, 0)),
    )
    token.update({ token: state.token, schedule, outages, missing: newest?.missing, now, link })
    if (minutes !== undefined) flow.update({ lines: minutes, events, tokenDead: state.token?.state === 'dead', now, allowance })
    if (schedule !== undefined && state.coverage !== undefined) {
      const selected = selection.ticker === undefined || last === undefined ? undefined : { ticker: selection.ticker, date: last.date }
      coverage.update({ days: state.coverage, schedule, now, allowance: tickerAllowance, selected })
    }
  }
  return { draw, focusFilter: list.focusFilter, wantedSparklines: (): readonly string[] => list.visible() }
}
