import { element, setAttribute, setText } from '../element.ts'
import { momentText } from '../format.ts'
import { type BarValue, FURTHER_VALUES, MAIN_VALUES, valueText } from './bar-values.ts'
import { GAP_WORDS, type Gap } from './gaps.ts'
import type { Slot } from './slots.ts'

export type Legend = {
  readonly root: HTMLElement
  /** `gap`: the one that the slot lies in. */
  readonly show: (slot: Slot | undefined, gap: Gap | undefined) => void
}

/** Every value of one minute. Its height depends on the width of the page only, never on what it says. */
export const legend = (): Legend => {
  const time = element('span', { class: 'legend-time' })
  const state = element('span', { class: 'legend-state', 'data-value': 'gap' })
  const main = MAIN_VALUES.map(cell)
  const further = FURTHER_VALUES.map(cell)
  const root = element(
    'div',
    { class: 'legend' },
    element('p', { class: 'legend-moment' }, time, state),
    element('dl', { class: 'legend-values' }, ...main.map((value) => value.root)),
    element('dl', { class: 'legend-values legend-further' }, ...further.map((value) => value.root)),
  )
  const show = (slot: Slot | undefined, gap: Gap | undefined): void => {
    setAttribute(root, 'data-time', slot && String(slot.time))
    setAttribute(root, 'data-gap', gap?.kind)
    setText(time, slot === undefined ? '–' : momentText(slot.time))
    setText(state, stateText(slot, gap))
    for (const { name, output } of [...main, ...further]) setText(output, valueText(slot?.bar, name))
  }
  show(undefined, undefined)
  return { root, show }
}

/** In few words what there is of a minute without a bar. */
export const stateText = (slot: Slot | undefined, gap: Gap | undefined): string => {
  if (gap !== undefined) return GAP_WORDS[gap.kind]
  return slot === undefined || slot.bar !== undefined ? '' : 'no candle yet'
}

const cell = ([name, label]: readonly [BarValue, string]) => {
  const output = element('dd', { 'data-value': name })
  return { name, output, root: element('div', { class: `legend-value legend-${name}` }, element('dt', {}, label), output) }
}
