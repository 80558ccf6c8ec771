/** Why a connection came to nothing, in words; undefined when the error is about something else. */
export const networkTrouble = (error: unknown): string | undefined => {
  for (const { name, code } of chainOf(error)) {
    const words = BY_CODE[code] ?? BY_NAME[name]
    if (words !== undefined) return words
    if (/CERT|SSL|TLS|ISSUER|SIGNATURE/.test(code)) return `its certificate is not good (${code})`
  }
  return undefined
}

const BY_CODE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'names cannot be looked up: is this machine online?',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENETUNREACH: 'there is no way to it from this network',
  EHOSTUNREACH: 'there is no way to it from this network',
  ETIMEDOUT: 'it does not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer in time',
}
const BY_NAME: Readonly<Record<string, string>> = {
  TimeoutError: 'it does not answer in time',
  AbortError: 'it does not answer in time',
}

type Link = { readonly name: string; readonly code: string; readonly message: string }

/** The error and what caused it, outermost first; of several attempts at one host the first speaks for all. */
export const chainOf = (error: unknown): readonly Link[] => {
  const links: Link[] = []
  for (let at = error; at instanceof Error && links.length < 10; at = at.cause ?? (at instanceof AggregateError ? at.errors[0] : undefined))
    links.push({ name: at.name, code: 'code' in at ? String(at.code) : '', message: at.message })
  return links
}
