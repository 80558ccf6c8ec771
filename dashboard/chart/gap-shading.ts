import type { IChartApiBase, IPanePrimitive, IPrimitivePaneRenderer } from 'lightweight-charts'
import { MINUTE } from '../../shared/domain/time.ts'
import type { Colours } from './colours.ts'
import { type Band, GAP_STROKES } from './gap-strokes.ts'
import { GAP_WORDS, type Gap, gapMinutes } from './gaps.ts'
import { toSeconds } from './times.ts'

const FONT_SIZE = 11
const MARGIN = 8
const INK = { 'no-trade': 'quiet', missing: 'bad', pending: 'warn', unreadable: 'warn' } as const

/** `primitive`: one for each pane; words only where `isLabelled`. */
export type GapShading = {
  readonly shade: (gaps: readonly Gap[]) => void
  readonly primitive: (isLabelled: boolean) => IPanePrimitive
}

/** Shades the gaps over the full height of a pane, behind everything that is drawn. */
export const gapShading = (chart: IChartApiBase, colours: Colours): GapShading => {
  let gaps: readonly Gap[] = []
  const redraws = new Set<() => void>()

  const bandOf = ({ from, to }: Gap, spacing: number, height: number): Band | undefined => {
    const scale = chart.timeScale()
    const first = scale.timeToCoordinate(toSeconds(from))
    const last = scale.timeToCoordinate(toSeconds(to - MINUTE))
    if (first === null || last === null) return undefined
    return { x: first - spacing / 2, width: Math.max(1, last - first + spacing), height }
  }

  const renderer = (isLabelled: boolean): IPrimitivePaneRenderer => ({
    draw: (target) => {
      target.useMediaCoordinateSpace(({ context, mediaSize }) => {
        const spacing = chart.timeScale().options().barSpacing
        for (const gap of gaps) {
          const band = bandOf(gap, spacing, mediaSize.height)
          if (band === undefined || band.x > mediaSize.width || band.x + band.width < 0) continue
          GAP_STROKES[gap.kind](context, band, colours)
          if (isLabelled) label(context, gap, visibleOf(band, mediaSize.width), colours)
        }
      })
    },
  })

  const primitive = (isLabelled: boolean): IPanePrimitive => {
    const views = [{ zOrder: () => 'bottom' as const, renderer: () => drawn }]
    const drawn = renderer(isLabelled)
    let redraw = (): void => undefined
    return {
      attached: ({ requestUpdate }) => {
        redraw = requestUpdate
        redraws.add(redraw)
      },
      detached: () => redraws.delete(redraw),
      paneViews: () => views,
    }
  }

  const shade = (next: readonly Gap[]): void => {
    gaps = next
    for (const redraw of redraws) redraw()
  }
  return { shade, primitive }
}

const visibleOf = ({ x, width, height }: Band, end: number): Band => {
  const left = Math.max(0, x)
  return { x: left, width: Math.min(end, x + width) - left, height }
}

/** A thin ticker has so many short ones that upright words would be all one sees. */
const UPRIGHT_NO_TRADE_MINUTES = 5

/** At the top of what is visible of a band: upright where it is narrow, not at all where there is no room. */
const label = (context: CanvasRenderingContext2D, gap: Gap, band: Band, colours: Colours): void => {
  const text = `${GAP_WORDS[gap.kind]} ${gapMinutes(gap)} min`
  context.save()
  context.font = `600 ${FONT_SIZE}px ${colours.font}`
  const length = context.measureText(text).width + 6
  const isUpright = band.width < length
  const isTold = !isUpright || gap.kind !== 'no-trade' || gapMinutes(gap) >= UPRIGHT_NO_TRADE_MINUTES
  if (isTold && band.width >= FONT_SIZE + 3) {
    context.translate(band.x + band.width / 2, MARGIN + (isUpright ? length / 2 : FONT_SIZE / 2 + 2))
    if (isUpright) context.rotate(-Math.PI / 2)
    context.fillStyle = colours.surface
    context.fillRect(-length / 2, -FONT_SIZE / 2 - 2, length, FONT_SIZE + 4)
    context.fillStyle = colours[INK[gap.kind]]
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillText(text, 0, 0.5)
  }
  context.restore()
}
