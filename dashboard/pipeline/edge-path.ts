import type { NodeBox, Point } from './flow-layout.ts'

const HEAD = 7

export type EdgePath = {
  readonly line: string
  readonly heads: string
  readonly middle: Point
  readonly isHorizontal: boolean
}

/** An edge from one node's side to the side of the other that faces it, with a head at its end, or at both. */
export const edgePath = (from: NodeBox, to: NodeBox, isTwoWay: boolean): EdgePath => {
  const along = { x: Math.sign(to.x - from.x), y: Math.sign(to.y - from.y) }
  const back = { x: -along.x, y: -along.y }
  const start = sideOf(from, along)
  const end = sideOf(to, back)
  const begin = isTwoWay ? moved(start, along, HEAD) : start
  return {
    line: `M${at(begin)}L${at(moved(end, back, HEAD))}`,
    heads: head(end, along) + (isTwoWay ? head(start, back) : ''),
    middle: { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 },
    isHorizontal: along.y === 0,
  }
}

const sideOf = ({ x, y, width, height }: NodeBox, along: Point): Point => ({ x: x + (along.x * width) / 2, y: y + (along.y * height) / 2 })
const at = ({ x, y }: Point): string => `${x} ${y}`
const moved = (point: Point, along: Point, by: number): Point => ({ x: point.x + along.x * by, y: point.y + along.y * by })

const head = (tip: Point, along: Point): string => {
  const foot = moved(tip, along, -HEAD)
  const across = { x: along.y, y: along.x }
  return `M${at(tip)}L${at(moved(foot, across, HEAD * 0.6))}L${at(moved(foot, across, HEAD * -0.6))}Z`
}
