export type KeyActions = {
  readonly zoomIn: () => void
  readonly zoomOut: () => void
  readonly fit: () => void
  /** `by`: 1 to the right, -1 to the left. */
  readonly step: (by: 1 | -1) => void
  readonly leave: () => void
}

export const KEY_SHORTCUTS = 'Plus - 0 Shift+ArrowLeft Shift+ArrowRight Escape'

/** Listens to keys while the chart itself has the focus. Plain arrows, and all with Ctrl, Alt or Meta, belong to others. */
export const listenToKeys = (root: HTMLElement, actions: KeyActions): (() => void) => {
  const onKey = (event: KeyboardEvent): void => {
    if (event.target !== root || event.ctrlKey || event.altKey || event.metaKey) return
    const act = actionOf(event, actions)
    if (act === undefined) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  root.addEventListener('keydown', onKey)
  root.addEventListener('blur', actions.leave)
  return () => {
    root.removeEventListener('keydown', onKey)
    root.removeEventListener('blur', actions.leave)
  }
}

const actionOf = ({ key, shiftKey }: KeyboardEvent, { zoomIn, zoomOut, fit, step, leave }: KeyActions): (() => void) | undefined => {
  if (key === 'ArrowLeft' && shiftKey) return () => step(-1)
  if (key === 'ArrowRight' && shiftKey) return () => step(1)
  // The plus of an American keyboard is the shifted equals sign.
  if (key === '+' || key === '=') return zoomIn
  if (key === '-') return zoomOut
  if (key === '0') return fit
  return key === 'Escape' ? leave : undefined
}
