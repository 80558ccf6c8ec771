/** What came back from Schwab's login page. */
export type LoginAnswer =
  | { readonly kind: 'code'; readonly code: string }
  /** The person pressed Deny, or Schwab says no with this word. */
  | { readonly kind: 'refused'; readonly error: string }
  /** Of another login than the one that was begun here: an older link, or somebody else's. */
  | { readonly kind: 'foreign' }
  /** Neither a code nor an error: it is not where Schwab sends the browser at the end. */
  | { readonly kind: 'nothing' }

/** Reads the query of the callback. `state`: what this login was begun with. Only an answer with this state counts. */
export const readLoginAnswer = (query: URLSearchParams, state: string): LoginAnswer => {
  const [code, error] = [query.get('code') ?? '', query.get('error') ?? '']
  if (code === '' && error === '') return { kind: 'nothing' }
  if (query.get('state') !== state) return { kind: 'foreign' }
  if (code !== '') return { kind: 'code', code }
  return { kind: 'refused', error: /^[a-z_]{1,40}$/.test(error) ? error : 'error' }
}

/**
 * The query of an address that a person pasted, whatever else was copied with it or put around it: no scheme, quotes, brackets, a full stop,
 * line breaks where it was wrapped, `&amp;`, a shell's backslashes. Undefined when there is none.
 */
export const queryOfPasted = (text: string): URLSearchParams | undefined => {
  const address = text
    .replaceAll('\\u0026', '&')
    // No address has any of these in it.
    .replaceAll(/[\s\\\u200b-\u200f\ufeff]+/g, '')
    .replaceAll('&amp;', '&')
    .replace(/['"`<>()[\]{}.,;:!«»\u2018-\u201e]+$/, '')
    .replace(/#.*$/, '')
  const query = /(?:^|\?)([\w.~-]+=.*)$/.exec(address)?.[1]
  return query === undefined ? undefined : new URLSearchParams(query)
}
