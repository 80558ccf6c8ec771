/** Longer than any key or token that is known, by far: what is longer was pasted by mistake. */
const MAX_CHARACTERS = 8_192

/** What goes into an HTTP header as it is: printable ASCII without a space. A key that was wrapped when it was pasted is not. */
export const isHeaderSafe = (text: string): boolean => text.length <= MAX_CHARACTERS && /^[\x21-\x7e]+$/.test(text)

/** Supabase's secret key, or the `service_role` JWT of older projects. @see https://supabase.com/docs/guides/api/api-keys */
export const isSupabaseSecretKey = (text: string): boolean =>
  isHeaderSafe(text) && /^(sb_secret_[\w-]+|eyJ[\w-]+\.[\w-]+\.[\w-]+)$/.test(text)

/** An address without anything that a parser would silently leave out. */
export const isWebAddress = (text: string): boolean =>
  isHeaderSafe(text) && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).hostname !== ''
