import { type Colours, translucent } from './colours.ts'
import type { GapKind } from './gaps.ts'

/** A gap on the canvas, in CSS pixels. */
export type Band = { readonly x: number; readonly width: number; readonly height: number }
type Stroke = (context: CanvasRenderingContext2D, band: Band, colours: Colours) => void

/** Narrower than this a pattern is not seen. */
const PATTERN_WIDTH = 4
const CAP_HEIGHT = 4

/** Each kind has a form of its own, so that no colour has to be told apart: thin lines up, a filled band with lines down and caps, dots, a filled band with a foot. */
export const GAP_STROKES: Readonly<Record<GapKind, Stroke>> = {
  'no-trade': (context, band, { quiet }) => {
    if (band.width < PATTERN_WIDTH) return fill(context, band, translucent(quiet, 0.16))
    fill(context, band, translucent(quiet, 0.05))
    hatch(context, band, { step: 9, slope: -1, colour: translucent(quiet, 0.4) })
  },
  missing: (context, band, { bad }) => {
    fill(context, band, translucent(bad, band.width < PATTERN_WIDTH ? 0.4 : 0.16))
    if (band.width >= PATTERN_WIDTH) hatch(context, band, { step: 6, slope: 1, colour: translucent(bad, 0.45) })
    // The caps make even the narrowest band wide enough to be found.
    const cap = { x: Math.min(band.x, band.x + band.width / 2 - 1.5), width: Math.max(3, band.width), height: CAP_HEIGHT }
    fill(context, cap, bad)
    fill(context, cap, bad, band.height - CAP_HEIGHT)
  },
  pending: (context, band, { warn }) => {
    fill(context, band, translucent(warn, 0.06))
    dots(context, band, translucent(warn, 0.75))
  },
  unreadable: (context, band, { warn }) => {
    fill(context, band, translucent(warn, 0.16))
    fill(context, { ...band, width: Math.max(3, band.width), height: CAP_HEIGHT }, warn, band.height - CAP_HEIGHT)
  },
}

const fill = (context: CanvasRenderingContext2D, { x, width, height }: Band, colour: string, y = 0): void => {
  context.fillStyle = colour
  context.fillRect(x, y, width, height)
}

type Hatch = { readonly step: number; readonly slope: 1 | -1; readonly colour: string }

const hatch = (context: CanvasRenderingContext2D, { x, width, height }: Band, { step, slope, colour }: Hatch): void => {
  context.save()
  context.beginPath()
  context.rect(x, 0, width, height)
  context.clip()
  context.beginPath()
  for (let y = -width; y < height + width; y += step) {
    context.moveTo(x, y)
    context.lineTo(x + width, y + slope * width)
  }
  context.lineWidth = 1
  context.strokeStyle = colour
  context.stroke()
  context.restore()
}

/** Rows of dots; one column where there is room for no more. */
const dots = (context: CanvasRenderingContext2D, { x, width, height }: Band, colour: string): void => {
  context.save()
  context.beginPath()
  const columns = Math.max(1, Math.floor(width / 6))
  for (let column = 0; column < columns; column += 1) {
    const at = x + (width * (column + 0.5)) / columns
    context.moveTo(at, 0)
    context.lineTo(at, height)
  }
  context.lineWidth = 1.5
  context.setLineDash([1.5, 4.5])
  context.strokeStyle = colour
  context.stroke()
  context.restore()
}
