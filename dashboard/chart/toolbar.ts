import { element, setAttribute, setText } from '../element.ts'
import { dateText } from '../format.ts'
import { COUNTS, PANES, type Selection } from '../state/selection.ts'

export type ToolbarModel = {
  readonly selection: Selection
  /** The last session that is shown. */
  readonly date: string | undefined
  /** Whether it is known which tickers there are. */
  readonly isRead: boolean
}

export type ToolbarActions = {
  readonly step: (side: 'before' | 'after') => void
  readonly goTo: (date: string | undefined) => void
  readonly show: (count: number) => void
  readonly togglePane: (pane: string) => void
  readonly fit: () => void
}

/** Which session, how many of them, and which panes below. */
export const toolbar = ({ step, goTo, show, togglePane, fit }: ToolbarActions) => {
  const ticker = element('h2', { class: 'chart-ticker' })
  const session = element('p', { class: 'chart-session' })
  const before = element('button', { type: 'button', 'aria-label': 'Session before (left arrow)', onclick: () => step('before') }, '‹')
  const after = element('button', { type: 'button', 'aria-label': 'Session after (right arrow)', onclick: () => step('after') }, '›')
  const date = element('input', { type: 'date', 'aria-label': 'Session of this date' })
  date.addEventListener('change', () => {
    if (date.value !== '') goTo(date.value)
  })
  const newest = element('button', { type: 'button', onclick: () => goTo(undefined) }, 'Newest')
  const counts = COUNTS.map((count) => ({
    count,
    button: element('button', { type: 'button', onclick: () => show(count) }, count === 1 ? '1 day' : `${count} days`),
  }))
  const panes = PANES.map((pane) => ({
    pane,
    button: element('button', { type: 'button', onclick: () => togglePane(pane) }, pane.toUpperCase()),
  }))
  const group = (name: string, ...children: readonly Node[]) =>
    element('div', { class: 'group', role: 'group', 'aria-label': name }, ...children)
  const root = element(
    'div',
    { class: 'toolbar' },
    element('div', { class: 'toolbar-title' }, ticker, session),
    group('Session', before, date, after, newest),
    group('Sessions shown', ...counts.map(({ button }) => button)),
    group('Panes', ...panes.map(({ button }) => button), element('button', { type: 'button', onclick: fit }, 'Fit')),
  )
  return {
    root,
    update: ({ selection, date: shown, isRead }: ToolbarModel): void => {
      const isNewest = selection.date === undefined
      setText(ticker, selection.ticker ?? (isRead ? 'No ticker yet' : ''))
      setText(session, shown === undefined ? '' : `${dateText(shown)}${isNewest ? ', the newest session' : ''}`)
      if (document.activeElement !== date && date.value !== (shown ?? '')) date.value = shown ?? ''
      after.disabled = isNewest
      newest.disabled = isNewest
      for (const { count, button } of counts) setAttribute(button, 'aria-pressed', String(count === selection.count))
      for (const { pane, button } of panes) setAttribute(button, 'aria-pressed', String(selection.panes.includes(pane)))
    },
  }
}
