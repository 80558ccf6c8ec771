import { minuteOf } from '../../shared/domain/time.ts'
import type { CoverageDay } from '../data/coverage-rows.ts'
import type { Schedule } from '../data/status-rows.ts'
import { element, setText } from '../element.ts'
import { countText } from '../format.ts'
import { coverageGrid } from './coverage-grid.ts'
import { coverageLegend } from './coverage-legend.ts'
import { coverageSummary, urgentRows } from './coverage-summary.ts'
import { coverageTable, type CoverageTable } from './coverage-table.ts'

export type CoverageModel = {
  /** The same object for a day that was not read again: then it costs nothing again. */
  readonly days: readonly CoverageDay[]
  readonly schedule: Schedule
  readonly now: number
  readonly selected: { readonly ticker: string; readonly date: string } | undefined
  /** How much longer than five minutes a candle may be under way in an open session, milliseconds: simulated time flies. */
  readonly allowance?: number | undefined
}
export type CoverageMap = { readonly root: HTMLElement; readonly update: (model: CoverageModel) => void }

const FEW = 12

/** Sessions × tickers, the rows with trouble first. A click opens a session in the chart. */
export const coverageMap = (onOpen: (ticker: string, date: string) => void): CoverageMap => {
  const summary = element('p', { class: 'coverage-summary' })
  const more = element('button', { type: 'button', class: 'coverage-more', 'aria-expanded': 'false', hidden: true })
  const grid = coverageGrid(onOpen)
  const foot = element('div', { class: 'coverage-foot' }, coverageLegend(), more)
  const head = element('div', { class: 'coverage-head' }, element('h2', {}, 'Coverage'), summary)
  const root = element('section', { class: 'coverage', 'aria-label': 'Coverage' }, head, grid.root, foot)

  let model: CoverageModel | undefined
  let table: CoverageTable | undefined
  let shown: readonly string[] = []
  let isWhole = false

  const draw = (mayMove: boolean): void => {
    if (model === undefined || table === undefined) return
    const { rows, dates } = table
    const isEmpty = rows.length === 0 || dates.length === 0
    setText(summary, isEmpty ? 'Nothing was recorded yet: the scheduler names its sessions with its first run.' : coverageSummary(table))
    grid.root.hidden = isEmpty
    foot.hidden = isEmpty
    more.hidden = rows.length <= FEW
    setText(more, isWhole ? `Show the ${FEW} that matter most` : `Show all ${countText(rows.length)}`)
    more.setAttribute('aria-expanded', String(isWhole))
    grid.update({ dates, rows: isWhole ? rows : fewRows(rows, mayMove) })
  }
  const fewRows = (rows: CoverageTable['rows'], mayMove: boolean): CoverageTable['rows'] => {
    const byTicker = new Map(rows.map((row) => [row.ticker, row]))
    const kept = shown.flatMap((ticker) => byTicker.get(ticker) ?? [])
    if (!mayMove && kept.length === Math.min(FEW, rows.length)) return kept
    const urgent = urgentRows(rows, FEW)
    shown = urgent.map(({ ticker }) => ticker)
    return urgent
  }
  more.addEventListener('click', () => {
    isWhole = !isWhole
    draw(true)
  })

  return {
    root,
    update: (next) => {
      if (model === undefined || isNews(model, next)) {
        model = next
        table = coverageTable(next)
        draw(!grid.isBusy())
      }
      grid.markSelected(next.selected?.ticker, next.selected?.date)
    },
  }
}

const isNews = (before: CoverageModel, next: CoverageModel): boolean =>
  before.days !== next.days ||
  before.schedule !== next.schedule ||
  before.allowance !== next.allowance ||
  minuteOf(before.now) !== minuteOf(next.now)
