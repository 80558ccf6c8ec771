import { randomUUID } from 'node:crypto'
import { type Answer, rawAnswer } from './answer.ts'
import type { GrantBook } from './grants.ts'
import { ACCOUNTS, loginPage, refusedPage } from './login-page.ts'

export type RegisteredApp = { readonly key: string; readonly redirectUris: readonly string[] }

/** `GET /v1/oauth/authorize`: the page on which a person allows or denies. */
export const showLogin = (app: RegisteredApp, query: URLSearchParams): Answer => {
  const problem = problemWith(app, query)
  if (problem !== undefined) return html(400, refusedPage(problem))
  return html(200, loginPage(['client_id', 'redirect_uri', 'response_type', 'state'].flatMap((name) => fieldOf(query, name))))
}

/** `POST /v1/oauth/authorize`: back to the application, with a code or with the person's no. */
export const answerLogin = (app: RegisteredApp, grants: GrantBook, form: URLSearchParams): Answer => {
  const problem = problemWith(app, form)
  if (problem !== undefined) return html(400, refusedPage(problem))
  const redirectUri = form.get('redirect_uri') ?? ''
  const state = fieldOf(form, 'state')
  if (form.get('decision') !== 'allow') return redirect(redirectUri, [['error', 'access_denied'], ...state])
  const account = ACCOUNTS.find((known) => known === form.get('account')) ?? ACCOUNTS[0]
  return redirect(redirectUri, [['code', grants.issueCode(redirectUri, account)], ['session', randomUUID()], ...state])
}

const problemWith = (app: RegisteredApp, fields: URLSearchParams): string | undefined => {
  if (fields.get('client_id') !== app.key) return 'The client_id is not that of the registered application.'
  if (!app.redirectUris.includes(fields.get('redirect_uri') ?? '')) return 'The redirect_uri is not exactly a registered one.'
  if (fields.get('response_type') !== 'code') return 'The response_type is not "code".'
  return undefined
}

const fieldOf = (fields: URLSearchParams, name: string): readonly (readonly [string, string])[] => {
  const value = fields.get(name)
  return value === null ? [] : [[name, value]]
}

const html = (status: number, body: string): Answer => rawAnswer(status, 'text/html; charset=utf-8', body, { 'cache-control': 'no-store' })

const redirect = (uri: string, fields: readonly (readonly [string, string])[]): Answer => {
  const query = fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return rawAnswer(302, 'text/plain', '', { location: `${uri}${uri.includes('?') ? '&' : '?'}${query}`, 'cache-control': 'no-store' })
}
