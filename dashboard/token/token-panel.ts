import { element, setAttribute, setText } from '../element.ts'
import type { OutageRow } from '../data/outage-rows.ts'
import type { Schedule, TokenStatus } from '../data/status-rows.ts'
import { outageCells, tokenTexts } from './token-texts.ts'

export type TokenModel = {
  readonly token: TokenStatus | undefined
  readonly schedule: Schedule | undefined
  /** Newest first; undefined while they have not been read. */
  readonly outages: readonly OutageRow[] | undefined
  /** Minutes that are still to be fetched, now. */
  readonly missing: number | undefined
  readonly now: number
  readonly link: string | undefined
}

const COLUMNS = ['Began', 'Why', 'No login for', 'Complete after', 'Parked', 'Redriven', 'Missing'] as const
const SHOWN = 8

/** The login that everything depends on, and what became of the ones before. */
export const tokenPanel = () => {
  const state = element('span', { class: 'token-state' })
  const left = element('p', { class: 'token-left' })
  const end = element('p', { class: 'token-end' })
  const advice = element('p', { class: 'token-advice' })
  const link = element('a', { class: 'button', target: '_blank', rel: 'noopener', hidden: true }, 'Log in at Schwab')
  const body = element('tbody')
  const none = element('p', { class: 'quiet' }, 'No outage has ever been noted.')
  const head = element('tr', {}, ...COLUMNS.map((name) => element('th', { scope: 'col' }, name)))
  const scroller = element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Outages' },
    element('table', { class: 'outages' }, element('thead', {}, head), body),
  )
  const root = element(
    'section',
    { class: 'card token', 'aria-labelledby': 'token-heading' },
    element('h2', { id: 'token-heading' }, 'The login'),
    element('div', { class: 'token-now' }, element('div', {}, state, left, end), element('div', {}, advice, link)),
    element('h3', {}, 'Outages'),
    none,
    scroller,
  )
  let shown = ''
  return {
    root,
    update: ({ token, schedule, outages, missing, now, link: address }: TokenModel): void => {
      const texts = tokenTexts(token, now, schedule ?? { sessions: [], nextOpensAt: undefined })
      setAttribute(root, 'data-level', texts.level)
      setText(state, texts.state)
      setText(left, texts.left)
      setText(end, texts.end)
      setText(advice, texts.advice)
      setAttribute(link, 'href', address)
      link.hidden = address === undefined
      const rows = (outages ?? []).slice(0, SHOWN).map((outage, index) => outageCells(outage, now, index === 0 ? missing : undefined))
      none.hidden = outages === undefined || rows.length > 0
      scroller.hidden = rows.length === 0
      if (JSON.stringify(rows) === shown) return
      shown = JSON.stringify(rows)
      body.replaceChildren(...rows.map((cells) => element('tr', {}, ...cells.map((text) => element('td', {}, text)))))
    },
  }
}
