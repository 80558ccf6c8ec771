import type { MinuteLine } from '../data/minute-rows.ts'
import { element, setText } from '../element.ts'
import { countText } from '../format.ts'
import { QUEUES } from './flow-layout.ts'
import type { FlowState } from './flow-state.ts'

const EDGES = [
  ['scheduler>jobs', 'From the scheduler to jobs'],
  ['fetcher>Schwab', 'From the fetcher to Schwab'],
  ['writer>Supabase', 'From the writer to Supabase'],
] as const

/** What the drawing shows, as tables for those who do not see it. */
export const flowText = (): { readonly root: HTMLElement; readonly update: (state: FlowState, line: MinuteLine | undefined) => void } => {
  const cells = QUEUES.map(() => [element('td'), element('td'), element('td')] as const)
  const flows = EDGES.map(() => element('td'))
  const head = (...names: readonly string[]) =>
    element('thead', {}, element('tr', {}, ...names.map((name) => element('th', { scope: 'col' }, name))))
  const row = (name: string, ...cells: readonly HTMLElement[]) => element('tr', {}, element('th', { scope: 'row' }, name), ...cells)
  const queues = element('tbody', {}, ...QUEUES.map((queue, index) => row(queue, ...(cells[index] ?? []))))
  const edges = element('tbody', {}, ...EDGES.map(([, name], index) => row(name, ...flows.slice(index, index + 1))))
  const root = element(
    'div',
    { class: 'visually-hidden' },
    element('table', {}, element('caption', {}, 'Messages in the queues'), head('Queue', 'Waiting', 'In flight', 'Delayed'), queues),
    element('table', {}, element('caption', {}, 'Flow per minute'), head('Where', 'How much'), edges),
  )
  return {
    root,
    update: (state, line) => {
      QUEUES.forEach((queue, index) => {
        const depth = line?.queues[queue]
        const counts = depth && [depth.visible, depth.inFlight, depth.delayed]
        cells[index]?.forEach((cell, column) => setText(cell, counts === undefined ? 'not counted' : countText(counts[column] ?? 0)))
      })
      EDGES.forEach(([edge], index) => {
        const { flow, mood } = state.edgeOf(edge)
        const words = flow === undefined ? 'not known' : `${countText(flow.count)} ${flow.unit.replace('/min', ' a minute')}`
        const cell = flows[index]
        if (cell !== undefined) setText(cell, mood === 'broken' ? `broken until somebody logs in, ${words}` : words)
      })
    },
  }
}
