import { drawing, setAttribute } from '../element.ts'
import { flowEdge } from './flow-edge.ts'
import { EDGES, type FlowLayout, NODES } from './flow-layout.ts'
import { flowNode, type FlowPart } from './flow-node.ts'

/** The flow in one layout. For eyes: `flowText` says the same. */
export const flowDrawing = (layout: FlowLayout): FlowPart => {
  const parts = [...EDGES.map((edge) => flowEdge(layout, edge)), ...NODES.map((node) => flowNode(layout, node))]
  const root = drawing(
    'svg',
    { class: `flow flow-${layout.name}`, viewBox: `0 0 ${layout.width} ${layout.height}`, 'aria-hidden': 'true' },
    ...parts.map((part) => part.root),
  )
  return {
    root,
    update: (state) => {
      setAttribute(root, 'data-silent', state.isSilent ? '' : undefined)
      for (const part of parts) part.update(state)
    },
  }
}
