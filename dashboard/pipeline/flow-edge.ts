import { drawing, setAttribute, setText } from '../element.ts'
import { countText } from '../format.ts'
import { edgePath } from './edge-path.ts'
import { type FlowEdge, type FlowLayout, type NodeBox, NODES, type Point } from './flow-layout.ts'
import type { FlowPart } from './flow-node.ts'

/** A line with its heads, what flows along it per minute, and a cross for the time that it is broken. */
export const flowEdge = (layout: FlowLayout, edge: FlowEdge): FlowPart => {
  const from = boxOf(layout, edge.from)
  const to = boxOf(layout, edge.to)
  const { line, heads, middle, isHorizontal } = edgePath(from, to, 'isTwoWay' in edge)
  const place = labelPlace(layout, middle, to, isHorizontal)
  const count = drawing('text', { class: 'flow-flow', ...place.count })
  const unit = drawing('text', { class: 'flow-unit', ...place.unit })
  const cross = drawing('path', { class: 'flow-cross', d: `M${middle.x - 8} ${middle.y - 8}l16 16m0-16l-16 16` })
  const root = drawing(
    'g',
    { class: 'flow-edge' },
    drawing('path', { class: 'flow-line', d: line }),
    drawing('path', { class: 'flow-dashes', d: line }),
    drawing('path', { class: 'flow-heads', d: heads }),
    cross,
    count,
    unit,
  )
  return {
    root,
    update: (state) => {
      const { mood, flow } = state.edgeOf(`${edge.from}>${edge.to}`)
      setAttribute(root, 'data-mood', mood)
      setText(count, flow === undefined ? '' : countText(flow.count) + (place.isOneLine ? ` ${flow.unit}` : ''))
      setText(unit, flow === undefined || place.isOneLine ? '' : flow.unit)
    },
  }
}

const boxOf = (layout: FlowLayout, id: string): NodeBox => {
  const node = NODES.find((node) => node.id === id)
  return node === undefined ? { x: 0, y: 0, width: 0, height: 0 } : layout.boxOf(node)
}

/** Beside an upright edge; above and below a long lying one; a short lying one has no room, so below the node that it leads to. */
const labelPlace = (layout: FlowLayout, middle: Point, to: Point, isHorizontal: boolean) => {
  if (!isHorizontal) return { isOneLine: true, count: { x: middle.x + 13, y: middle.y + 5 }, unit: {} }
  if (layout.name === 'tall') return { isOneLine: true, count: { x: to.x, y: to.y + 42, 'text-anchor': 'middle' }, unit: {} }
  const center = { x: middle.x, 'text-anchor': 'middle' }
  return { isOneLine: false, count: { ...center, y: middle.y - 9 }, unit: { ...center, y: middle.y + 20 } }
}
