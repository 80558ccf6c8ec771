export type Keys = { readonly step: (side: 'before' | 'after') => void; readonly focusFilter: () => void }

/** Arrows for sessions and `/` for tickers, unless the focus is where these keys mean something else. */
export const listenToKeys = ({ step, focusFilter }: Keys): void => {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || isTaken(event.target)) return
    if (event.key === 'ArrowLeft') step('before')
    else if (event.key === 'ArrowRight') step('after')
    else if (event.key === '/') focusFilter()
    else return
    event.preventDefault()
  })
}

const isTaken = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, [role="listbox"], [role="grid"], .scroll') !== null
