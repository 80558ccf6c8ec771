import type { EventRow } from '../data/outage-rows.ts'

const WORDS: ReadonlyMap<string, string> = new Map([
  ['reauth-required', 'Login needed: mail sent'],
  ['reauth-reminder', 'Login still needed: reminder sent'],
  ['token-expiring', 'Token dies soon: mail sent'],
  ['reauthorized', 'Logged in: a new token works'],
  ['token-rejected', 'A token put by hand was of no use'],
  ['redrive-completed', 'Parked jobs were sent back'],
  ['feed-stale', 'No candle comes: mail sent'],
  ['feed-restored', 'Everything is stored again'],
  ['ticker-unknown', 'Unknown to Schwab, set aside: mail sent'],
  ['ticker-refused', 'Refused by Schwab, set aside: mail sent'],
  ['ticker-silent', 'No candle comes of it: mail sent'],
  ['ticker-heard', 'Its candles come again'],
  ['day-closed', 'Taken for a closed day: mail sent'],
  ['session-refused', 'A session that Schwab refuses: mail sent'],
  ['secret-full', 'No token can be stored: mail sent'],
  // Until the page of verdicts.
  ['ticker-quarantined', 'Unknown to Schwab, set aside for a day'],
])

/** An event in plain words; a kind that nobody has put into words is told as it is. */
export const eventWords = ({ kind, subject }: EventRow): string => {
  const words = WORDS.get(kind) ?? kind
  return subject === '' ? words : `${subject}: ${words}`
}
