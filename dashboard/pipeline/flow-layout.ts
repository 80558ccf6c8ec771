/**
 * The flow as a grid: `along` the way of a candle, `across` it. Wide containers draw it from left to right, narrow ones from top to bottom.
 * All edges are straight, whichever way it lies.
 */
export const NODES = [
  { id: 'scheduler', kind: 'function', along: 0, across: 1 },
  { id: 'jobs', kind: 'queue', along: 1, across: 1 },
  { id: 'fetcher', kind: 'function', along: 2, across: 1 },
  { id: 'candles', kind: 'queue', along: 3, across: 1 },
  { id: 'writer', kind: 'function', along: 4, across: 1 },
  { id: 'Supabase', kind: 'outside', along: 5, across: 1 },
  { id: 'jobs-dlq', kind: 'queue', along: 1, across: 0 },
  { id: 'Schwab', kind: 'outside', along: 2, across: 0 },
  { id: 'candles-dlq', kind: 'queue', along: 3, across: 0 },
  { id: 'redriver', kind: 'function', along: 1, across: 2 },
  { id: 'auth-dlq', kind: 'queue', along: 2, across: 2 },
  { id: 'ReauthRequired', kind: 'outside', along: 3, across: 2 },
  { id: 'events-dlq', kind: 'queue', along: 4, across: 2 },
] as const

export const EDGES = [
  { from: 'scheduler', to: 'jobs' },
  { from: 'jobs', to: 'fetcher' },
  { from: 'fetcher', to: 'Schwab', isTwoWay: true },
  { from: 'fetcher', to: 'candles' },
  { from: 'candles', to: 'writer' },
  { from: 'writer', to: 'Supabase' },
  { from: 'jobs', to: 'jobs-dlq' },
  { from: 'candles', to: 'candles-dlq' },
  { from: 'fetcher', to: 'auth-dlq' },
  { from: 'auth-dlq', to: 'ReauthRequired' },
  { from: 'auth-dlq', to: 'redriver' },
  { from: 'redriver', to: 'jobs' },
  { from: 'ReauthRequired', to: 'events-dlq' },
] as const

export type FlowNode = (typeof NODES)[number]
export type NodeId = FlowNode['id']
export type QueueId = Extract<FlowNode, { kind: 'queue' }>['id']
export type FlowEdge = (typeof EDGES)[number]
export type EdgeId = `${FlowEdge['from']}>${FlowEdge['to']}`
export const QUEUES = NODES.filter((node) => node.kind === 'queue').map((node) => node.id)

export type Point = { readonly x: number; readonly y: number }
/** A node's place: its centre, and its size. */
export type NodeBox = Point & { readonly width: number; readonly height: number }
export type FlowLayout = {
  readonly name: 'wide' | 'tall'
  readonly width: number
  readonly height: number
  readonly boxOf: (node: Pick<FlowNode, 'kind' | 'along' | 'across'>) => NodeBox
}

/** A queue is high enough for its pile, the others for a name and a note. */
const HEIGHTS = { queue: 84, function: 48, outside: 48 } as const
const MARGIN = 2

const layout = (name: FlowLayout['name'], width: number, pitch: Point, columns: number, rows: number): FlowLayout => ({
  name,
  width: (columns - 1) * pitch.x + width + 2 * MARGIN,
  height: (rows - 1) * pitch.y + HEIGHTS.queue + 2 * MARGIN,
  boxOf: ({ kind, along, across }) => {
    const [column, row] = name === 'wide' ? [along, across] : [across, along]
    const x = column * pitch.x + width / 2 + MARGIN
    return { x, y: row * pitch.y + HEIGHTS.queue / 2 + MARGIN, width, height: HEIGHTS[kind] }
  },
})

export const WIDE = layout('wide', 132, { x: 204, y: 134 }, 6, 3)
export const TALL = layout('tall', 120, { x: 140, y: 116 }, 3, 6)
