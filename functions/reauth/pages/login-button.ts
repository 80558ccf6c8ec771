import { type Html, html } from './html.ts'

/** The button that begins a login. */
export const loginButton = (ticket: string, label = 'Log in at Schwab'): Html =>
  html`<form method="post" action="/reauth"><input type="hidden" name="ticket" value="${ticket}" /><button>${label}</button></form>`
