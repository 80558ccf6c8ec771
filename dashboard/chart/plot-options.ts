import { type ChartOptions, ColorType, CrosshairMode, type DeepPartial } from 'lightweight-charts'
import type { Colours } from './colours.ts'
import { crosshairText, tickText } from './times.ts'

/** `isOpening`: whether a session opens at this time. */
export const plotOptions = (colours: Colours, isOpening: (at: number) => boolean): DeepPartial<ChartOptions> => ({
  autoSize: true,
  hoveredSeriesOnTop: false,
  layout: {
    background: { type: ColorType.Solid, color: colours.surface },
    textColor: colours.quiet,
    fontFamily: colours.font,
    fontSize: 11,
    // The library's logo brings a style of its own into the page, which its policy refuses: the page's foot has the link instead.
    attributionLogo: false,
    panes: { separatorColor: colours.line, separatorHoverColor: colours.line },
  },
  grid: { vertLines: { color: colours.line }, horzLines: { color: colours.line } },
  crosshair: {
    mode: CrosshairMode.Normal,
    vertLine: { color: colours.quiet, labelBackgroundColor: colours.accent },
    horzLine: { color: colours.quiet, labelBackgroundColor: colours.accent },
  },
  rightPriceScale: { borderColor: colours.line },
  // A finger that moves up or down scrolls the page.
  handleScroll: { vertTouchDrag: false },
  localization: { locale: 'en-US', timeFormatter: crosshairText },
  timeScale: {
    borderColor: colours.line,
    timeVisible: true,
    secondsVisible: false,
    tickMarkFormatter: tickText(isOpening),
    tickMarkMaxCharacterLength: 7,
    fixLeftEdge: true,
    fixRightEdge: true,
    lockVisibleTimeRangeOnResize: true,
    shiftVisibleRangeOnNewBar: false,
    minBarSpacing: 0.01,
  },
})
