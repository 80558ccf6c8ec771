import { html } from './html.ts'
import { loginButton } from './login-button.ts'
import type { Page } from './page.ts'
import { WRONG_TURNS, type WrongTurn, type WrongTurnText } from './wrong-turns.ts'

/** A page for a way that did not lead to a login: what happened, and the next step. @param ticket shows the button, where a login is the next step */
export const wrongTurnPage = (turn: WrongTurn, ticket?: string): Page => {
  const { status, tone = 'trouble', title, text, next }: WrongTurnText = WRONG_TURNS[turn]
  const button = next !== undefined && ticket !== undefined
  return {
    status,
    tone,
    title,
    body: html`${text.map((paragraph) => html`<p>${paragraph}</p> `)}${button ? loginButton(ticket, next) : html`<p>Open the link of the newest mail, or run <code>kite reauth</code> where the pipeline is looked after.</p>`}`,
  }
}
