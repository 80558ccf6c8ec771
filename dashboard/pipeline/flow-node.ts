import { drawing, setAttribute, setText } from '../element.ts'
import type { FlowLayout, FlowNode, NodeBox } from './flow-layout.ts'
import type { FlowState } from './flow-state.ts'
import { depthText, PILE_MOST, pileBoxes } from './pile.ts'

const PER_ROW = 5
const BOX = { width: 9, height: 6, gap: 2 }

export type FlowPart = { readonly root: SVGElement; readonly update: (state: FlowState) => void }

/** A function or somebody outside is a name and a note; a queue is a name, a number and a pile. */
export const flowNode = (layout: FlowLayout, node: FlowNode): FlowPart => {
  const place = layout.boxOf(node)
  const { x, y, width, height } = place
  const isQueue = node.kind === 'queue'
  const left = x - width / 2
  const top = y - height / 2
  const box = drawing('rect', { x: left, y: top, width, height, rx: node.kind === 'outside' ? height / 2 : 8 })
  const name = drawing('text', isQueue ? { x: left + 8, y: top + 19 } : { x, y: y + 5, 'text-anchor': 'middle' }, node.id)
  const root = drawing('g', { class: 'flow-node', 'data-kind': node.kind }, box, name)
  const inside = isQueue ? queueInside(node.id, place) : noteInside(node.id, name, x, y)
  root.append(...inside.parts)
  return {
    root,
    update: (state) => {
      setAttribute(root, 'data-trouble', state.isTrouble(node.id) ? '' : undefined)
      inside.update(state)
    },
  }
}

type Inside = { readonly parts: readonly SVGElement[]; readonly update: (state: FlowState) => void }

const queueInside = (queue: Extract<FlowNode, { kind: 'queue' }>['id'], { x, y, width, height }: NodeBox): Inside => {
  const left = x - width / 2
  const bottom = y + height / 2 - 8
  const count = drawing('text', { class: 'flow-count', x: left + width - 8, y: bottom, 'text-anchor': 'end' })
  const boxes = Array.from({ length: PILE_MOST }, (_, index) =>
    drawing('rect', {
      class: 'flow-box',
      x: left + 8 + (index % PER_ROW) * (BOX.width + BOX.gap),
      y: bottom - BOX.height - Math.floor(index / PER_ROW) * (BOX.height + BOX.gap),
      width: BOX.width,
      height: BOX.height,
      rx: 1.5,
    }),
  )
  return {
    parts: [...boxes, count],
    update: (state) => {
      const depth = state.depthOf(queue)
      setText(count, depth === undefined ? '?' : depthText(depth))
      const high = pileBoxes(depth ?? 0)
      boxes.forEach((box, index) => setAttribute(box, 'data-full', index < high ? '' : undefined))
    },
  }
}

const noteInside = (id: FlowNode['id'], name: SVGElement, x: number, y: number): Inside => {
  const note = drawing('text', { class: 'flow-note', x, y: y + 15, 'text-anchor': 'middle' })
  return {
    parts: [note],
    update: (state) => {
      setText(note, state.noteOf(id))
      setAttribute(name, 'y', String(state.noteOf(id) === '' ? y + 5 : y - 2))
    },
  }
}
