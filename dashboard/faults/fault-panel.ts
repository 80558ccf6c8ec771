import { element, setText } from '../element.ts'
import type { Entry, Stack, StackState } from '../data/stack.ts'
import { setAttribute } from '../element.ts'

type Play = { readonly name: string; readonly hint: string; readonly entries: readonly Entry[] }

/** What is worth a minute of a visitor's time; `kite sim` has everything. */
const PLAYS: readonly Play[] = [
  {
    name: 'Revoke the token',
    hint: 'Schwab refuses the login at once. A mail asks for a new one.',
    entries: [{ fault: 'revoke-refresh' }, { fault: 'expire-access' }],
  },
  { name: 'Answer 429', hint: 'Too many requests, for twenty minutes.', entries: [{ fault: 'data-endpoint', answer: '429', for: '20m' }] },
  { name: 'Answer 500', hint: 'Schwab is broken for twenty minutes.', entries: [{ fault: 'data-endpoint', answer: '500', for: '20m' }] },
  { name: 'Late bars', hint: 'Each bar appears 90 seconds late, for an hour.', entries: [{ fault: 'late-bar', seconds: 90, for: '1h' }] },
  {
    name: 'Supabase down',
    hint: 'The database breaks every connection for twenty minutes.',
    entries: [{ fault: 'supabase', mode: 'down', for: '20m' }],
  },
]
const SPEEDS = [1, 10, 60, 300] as const

export type FaultPanelOptions = { readonly stack: Stack; /** Something was done: look at once. */ readonly onDone: () => void }

/** Breaks the simulated world, and mends it. Only of a stack on this machine. */
export const faultPanel = ({ stack, onDone }: FaultPanelOptions) => {
  const said = element('p', { class: 'faults-said', role: 'status' })
  const act = (what: string, work: () => Promise<void>) => (): void => {
    work().then(
      () => {
        setText(said, what)
        onDone()
      },
      (error: unknown) => setText(said, `That did not work: ${error instanceof Error ? error.message : String(error)}`),
    )
  }
  const buttons = PLAYS.map(({ name, hint, entries }) => {
    const play = async (): Promise<void> => {
      for (const entry of entries) await stack.play(entry)
    }
    const onclick = act(`${name}: ${hint}`, play)
    return element('button', { type: 'button', title: hint, onclick }, name)
  })
  const clear = element('button', { type: 'button', onclick: act('Every fault is taken away.', () => stack.clear()) }, 'Clear all faults')
  const speeds = SPEEDS.map((speed) => {
    const onclick = act(`The clock runs ${speed === 1 ? 'in real time' : `${speed} times as fast as real time`}.`, () =>
      stack.setSpeed(speed),
    )
    return {
      speed,
      button: element('button', { type: 'button', 'aria-pressed': 'false', onclick }, speed === 1 ? 'real time' : `${speed} ×`),
    }
  })
  const active = element('p', { class: 'faults-active' })
  const market = element('p', { class: 'quiet' })
  const root = element(
    'section',
    { class: 'card faults', 'aria-labelledby': 'faults-heading' },
    element('div', { class: 'faults-row' }, element('h2', { id: 'faults-heading' }, 'Break something'), ...buttons, clear, active),
    element(
      'div',
      { class: 'faults-row', role: 'group', 'aria-label': 'Speed of the clock' },
      element('span', {}, 'Clock'),
      ...speeds.map(({ button }) => button),
      market,
    ),
    said,
  )
  return {
    root,
    update: (state: StackState | undefined): void => {
      const faults = state?.faults ?? []
      setText(active, faults.length === 0 ? 'Nothing is broken.' : `Broken now: ${faults.join(', ')}.`)
      setText(market, state === undefined ? '' : `A simulated Schwab plays ${state.market}.`)
      clear.disabled = faults.length === 0
      for (const { speed, button } of speeds) {
        setAttribute(button, 'aria-pressed', String(state?.speed === speed))
        button.disabled = state?.speed === 'max'
      }
    },
  }
}
