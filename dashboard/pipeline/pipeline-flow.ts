import type { MinuteLine } from '../data/minute-rows.ts'
import type { EventRow } from '../data/outage-rows.ts'
import { element, setAttribute, setText } from '../element.ts'
import { eventList } from './event-list.ts'
import { flowDrawing } from './flow-drawing.ts'
import { TALL, WIDE } from './flow-layout.ts'
import { flowState } from './flow-state.ts'
import { flowText } from './flow-text.ts'
import { minuteCharts } from './minute-charts.ts'

export type FlowModel = {
  /** Oldest first, some hours of them. The same object while nothing was read: then its charts are not drawn again. */
  readonly lines: readonly MinuteLine[]
  /** Newest first. */
  readonly events: readonly EventRow[]
  readonly tokenDead: boolean
  readonly now: number
  /** How much longer than three minutes the scheduler may be silent, milliseconds: simulated time flies. */
  readonly allowance: number
}
export type PipelineFlow = { readonly root: HTMLElement; readonly update: (model: FlowModel) => void }

/** The pipeline as it flows, its queues as piles, and what the last hours were like. Style sheets choose the layout that fits. */
export const pipelineFlow = (): PipelineFlow => {
  const sentence = element('p', { class: 'pipeline-sentence' })
  const drawings = [flowDrawing(WIDE), flowDrawing(TALL)]
  const text = flowText()
  const charts = minuteCharts()
  const events = eventList()
  const head = element('div', { class: 'pipeline-head' }, element('h2', {}, 'Pipeline'), sentence)
  const figure = element('div', { class: 'pipeline-figure' }, ...drawings.map((drawing) => drawing.root), text.root)
  const body = element('div', { class: 'pipeline-body' }, figure, charts.root, events.root)
  const root = element('section', { class: 'pipeline', 'aria-label': 'Pipeline' }, head, body)
  return {
    root,
    update: (model) => {
      const state = flowState(model)
      setText(sentence, state.sentence)
      setAttribute(sentence, 'data-silent', state.isSilent ? '' : undefined)
      for (const drawing of drawings) drawing.update(state)
      text.update(state, model.lines.at(-1))
      charts.update(model.lines)
      events.update(model.events)
    },
  }
}
