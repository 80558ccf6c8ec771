const TOKEN =
  /[{}[\],:]|"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const SPACE = /[ \t\r\n]*/y

type Wanted = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | 'comma or end'

/** Where a text stops being JSON, for a person: `line 3, column 12`. What the parser says of it quotes the text. */
export const placeOfFlaw = (text: string): string => {
  const lines = text.slice(0, indexOfFlaw(text)).split('\n')
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`
}

const indexOfFlaw = (text: string): number => {
  const open: string[] = []
  let wanted: Wanted = 'value'
  let at = 0
  for (;;) {
    at = endOf(SPACE, text, at) ?? at
    const end = endOf(TOKEN, text, at)
    const next: Wanted | undefined = end === undefined ? undefined : after(wanted, text.slice(at, end), open)
    if (end === undefined || next === undefined) return at
    wanted = next
    at = end
  }
}

const endOf = (pattern: RegExp, text: string, at: number): number | undefined => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}

/** What may come after this token; undefined when it may not stand there. Keeps the brackets that are open. */
const after = (wanted: Wanted, token: string, open: string[]): Wanted | undefined => {
  if (wanted === ':') return token === ':' ? 'value' : undefined
  if (wanted === 'comma or end') {
    if (token === ',' && open.length > 0) return open.at(-1) === '{' ? 'key' : 'value'
    return closes(token, open)
  }
  if (wanted === 'key or }' && token === '}') return closes(token, open)
  if (wanted === 'key' || wanted === 'key or }') return token.startsWith('"') ? ':' : undefined
  if (wanted === 'value or ]' && token === ']') return closes(token, open)
  if (token === '{' || token === '[') {
    open.push(token)
    return token === '{' ? 'key or }' : 'value or ]'
  }
  return /^[}\],:]$/.test(token) ? undefined : 'comma or end'
}

const closes = (token: string, open: string[]): Wanted | undefined => {
  if (token !== (open.at(-1) === '{' ? '}' : ']') || open.length === 0) return undefined
  open.pop()
  return 'comma or end'
}
