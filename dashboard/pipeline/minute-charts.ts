import type { MinuteLine } from '../data/minute-rows.ts'
import { element } from '../element.ts'
import { clockText, countText, spanText } from '../format.ts'
import { freshnessHeight, minutePlaces } from './chart-path.ts'
import { minuteChart } from './minute-chart.ts'

/** Freshness, calls and stored candles over the last minutes, oldest first. */
export const minuteCharts = (): { readonly root: HTMLElement; readonly update: (lines: readonly MinuteLine[]) => void } => {
  const freshness = minuteChart('Age of the newest candle', [
    [freshnessHeight(90), '90 s'],
    [freshnessHeight(300), '5 min'],
  ])
  const calls = minuteChart('Calls to Schwab a minute', [])
  const stored = minuteChart('Candles stored a minute', [])
  const root = element('div', { class: 'pipeline-charts' }, freshness.root, calls.root, stored.root)

  const drawCounts = (chart: typeof calls, lines: readonly MinuteLine[], shared: Shared, count: (line: MinuteLine) => number): void => {
    const most = lines.reduce((most, line) => Math.max(most, count(line)), 0)
    const newest = lines.at(-1)
    const words = newest === undefined ? 'nothing recorded' : `${countText(count(newest))}, at most ${countText(most)}`
    chart.update({
      ...shared,
      heights: lines.map((line) => count(line) / Math.max(1, most)),
      top: countText(most),
      newest: words,
      summary: words,
    })
  }
  let shown: readonly MinuteLine[] | undefined
  return {
    root,
    update: (lines) => {
      if (lines === shown) return
      shown = lines
      const shared = sharedOf(lines)
      const ages = lines.map((line) => (line.inSession ? line.freshnessSeconds : undefined))
      const words = freshnessWords(lines)
      freshness.update({ ...shared, ...words, heights: ages.map((age) => age && freshnessHeight(age)), top: '2 h' })
      drawCounts(calls, lines, shared, (line) => line.calls)
      drawCounts(stored, lines, shared, (line) => line.stored)
    },
  }
}

type Shared = { readonly places: readonly number[]; readonly times: readonly [string, string, string] }

const sharedOf = (lines: readonly MinuteLine[]): Shared => {
  const places = minutePlaces(lines.map(({ minute }) => minute))
  const half = (places.at(-1) ?? 0) / 2
  const timeOf = (line: MinuteLine | undefined): string => (line === undefined ? '' : clockText(line.minute))
  const middle = lines.length < 3 ? undefined : lines[places.findIndex((place) => place >= half)]
  return { places, times: [timeOf(lines[0]), timeOf(middle), lines.length < 2 ? '' : timeOf(lines.at(-1))] }
}

const freshnessWords = (lines: readonly MinuteLine[]): { readonly newest: string; readonly summary: string } => {
  const newest = lines.at(-1)
  if (newest === undefined) return { newest: 'nothing recorded', summary: 'nothing recorded' }
  const now = newest.inSession ? spanText(newest.freshnessSeconds * 1000) : 'market closed'
  const worst = lines.filter((line) => line.inSession).toSorted((a, b) => b.freshnessSeconds - a.freshnessSeconds)[0]
  const peak = worst === undefined ? '' : `, at most ${spanText(worst.freshnessSeconds * 1000)} at ${clockText(worst.minute)}`
  return { newest: now, summary: now + peak }
}
