import { element } from '../element.ts'

/** What the canvas is painted with; it cannot read CSS variables itself. */
export type Colours = Readonly<
  Record<'surface' | 'line' | 'text' | 'quiet' | 'accent' | 'warn' | 'bad' | 'up' | 'down' | 'sma9' | 'vwap' | 'font', string>
>

/** `light-dark()` is resolved only in a property that takes a colour: an element lends its own. */
export const readColours = (root: HTMLElement): Colours => {
  const probe = element('span', { hidden: true })
  root.append(probe)
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
  const colours = {
    surface: read('surface'),
    line: read('line'),
    text: read('text'),
    quiet: read('quiet'),
    accent: read('accent'),
    warn: read('warn'),
    bad: read('bad'),
    up: read('up'),
    down: read('down'),
    sma9: read('sma9'),
    vwap: read('vwap'),
    font: getComputedStyle(root).fontFamily,
  }
  probe.remove()
  return colours
}

/** `alpha`: 0 to 1. */
export const translucent = (colour: string, alpha: number): string => colour.replace(/^rgb\((.+)\)$/, `rgba($1, ${alpha})`)
