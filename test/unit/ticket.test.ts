import { describe, expect, it } from 'vitest'
import { readTicket, reauthLink, signTicket } from '../../shared/token/ticket.ts'

const KEY = 'a-key-of-32-characters-and-more!'
const flip = (ticket: string, index: number): string => {
  const char = ticket[index] === 'A' ? 'B' : 'A'
  return ticket.slice(0, index) + char + ticket.slice(index + 1)
}

describe('a ticket', () => {
  it.each(['outage:outage-1', 'outage:0b9d4c1e-5a55-4f0a-9d57-1d3f9f1f7f10', 'login:1768320000000'] as const)(
    'says what it is for: %s',
    (subject) => {
      expect(readTicket(signTicket(subject, KEY), KEY)).toBe(subject)
    },
  )

  it('is the same whenever it is made, so that two mails of one outage have one link', () => {
    expect(signTicket('outage:1', KEY)).toBe(signTicket('outage:1', KEY))
  })

  it('is worth nothing under another key', () => {
    expect(readTicket(signTicket('outage:1', KEY), `${KEY}x`)).toBeUndefined()
  })

  it('is worth nothing when anything in it is changed', () => {
    const ticket = signTicket('outage:1', KEY)
    // The last character of base64url may carry bits that mean nothing; all others do.
    const changed = Array.from({ length: ticket.length - 1 }, (_, index) => flip(ticket, index))
    expect(changed.flatMap((text) => readTicket(text, KEY) ?? [])).toEqual([])
  })

  it.each(['', '.', 'x', '..', 'x.y.z', signTicket('outage:1', KEY).split('.')[0] ?? '', `${signTicket('outage:1', KEY)}.x`])(
    'is none at all: %j',
    (text) => {
      expect(readTicket(text, KEY)).toBeUndefined()
    },
  )

  it('is for nothing but an outage or a login, though the signature be right', () => {
    expect(readTicket(signTicket('login:1.5', KEY), KEY)).toBeUndefined()
    expect(readTicket(signTicket('outage:a b', KEY), KEY)).toBeUndefined()
    expect(readTicket(signTicket('other:1' as 'outage:1', KEY), KEY)).toBeUndefined()
  })
})

describe('the link of a mail', () => {
  it.each(['https://login.example.org', 'https://login.example.org/'])('leads from %s to the page with the ticket', (url) => {
    expect(reauthLink(url, 'outage:1', KEY)).toBe(`https://login.example.org/reauth?ticket=${signTicket('outage:1', KEY)}`)
  })

  it('does not contain the key', () => {
    expect(reauthLink('https://login.example.org', 'outage:1', KEY)).not.toContain(KEY)
  })
})
