import { drawing, element, setAttribute, setText } from '../element.ts'
import { chartPath } from './chart-path.ts'

const WIDTH = 320
const HEIGHT = 64
/** For the names of the marks, beside the plot: over it they would hide the line. */
const AXIS = 44

export type MinuteChartData = {
  readonly places: readonly number[]
  /** 0 to 1; undefined where there is nothing to say. */
  readonly heights: readonly (number | undefined)[]
  /** What height 1 stands for. */
  readonly top: string
  /** The newest value, in the heading. */
  readonly newest: string
  /** What a drawing tells at a glance, for those who do not see it. */
  readonly summary: string
  /** Of the first, the middle and the last minute. */
  readonly times: readonly [string, string, string]
}

/** A small chart over the last minutes. `marks`: heights that mean something, with their names. */
export const minuteChart = (
  title: string,
  marks: readonly (readonly [number, string])[],
): { readonly root: HTMLElement; readonly update: (data: MinuteChartData) => void } => {
  const newest = element('span', { class: 'chart-newest' })
  const path = drawing('path', { class: 'chart-path' })
  const times = (['start', 'middle', 'end'] as const).map((anchor, index) =>
    drawing('text', { x: (index * WIDTH) / 2, y: HEIGHT + 15, 'text-anchor': anchor }),
  )
  const lines = marks.map(([height, name]) => {
    const y = (1 - height) * HEIGHT
    return drawing(
      'g',
      {},
      drawing('path', { class: 'chart-mark', d: `M0 ${y}H${WIDTH}` }),
      drawing('text', { x: WIDTH + 5, y: y + 4 }, name),
    )
  })
  const top = drawing('text', { x: WIDTH + 5, y: 4 })
  const base = drawing('path', { class: 'chart-base', d: `M0 ${HEIGHT}H${WIDTH}` })
  const view = drawing(
    'svg',
    { role: 'img', 'aria-label': title, viewBox: `-2 -8 ${WIDTH + AXIS} ${HEIGHT + 28}` },
    ...lines,
    top,
    base,
    path,
    ...times,
  )
  const root = element('figure', { class: 'pipeline-chart' }, element('figcaption', {}, `${title} `, newest), view)
  return {
    root,
    update: (data) => {
      setText(newest, data.newest)
      setText(top, data.top)
      setAttribute(path, 'd', chartPath(data.places, data.heights, WIDTH, HEIGHT))
      setAttribute(view, 'aria-label', `${title}: ${data.summary}`)
      times.forEach((text, index) => setText(text, data.times[index] ?? ''))
    },
  }
}
