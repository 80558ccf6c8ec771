import { newYorkText } from '../../../shared/domain/new-york.ts'
import { type Html, html } from './html.ts'

/** The button that begins a login. */
export const loginButton = (ticket: string, label = 'Log in at Schwab'): Html =>
  html`<form method="post" action="/reauth"><input type="hidden" name="ticket" value="${ticket}" /><button>${label}</button></form>`

/** Until when the link of the mail leads here. @param endsAt epoch milliseconds */
export const linkEnd = (endsAt: number): string => `The link that led you here is good until ${newYorkText(endsAt)}.`
