import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { linkFacts, readTicket, reauthLink, signTicket, TICKET_LIFE } from '../../shared/token/ticket.ts'

const KEY = 'a-key-of-32-characters-and-more!'
const flip = (ticket: string, index: number): string => {
  const char = ticket[index] === 'A' ? 'B' : 'A'
  return ticket.slice(0, index) + char + ticket.slice(index + 1)
}

const END = Date.parse('2026-03-24T16:00:00Z')
const ticketOf = (subject: string, endsAt = END): string => signTicket({ subject: subject as 'outage:1', endsAt }, KEY)
/** As releases before gave them out: no end. */
const withoutEnd = (subject: string): string => {
  const payload = Buffer.from(subject).toString('base64url')
  return `${payload}.${createHmac('sha256', KEY).update(`ticket.${payload}`).digest('base64url')}`
}

describe('a ticket', () => {
  it.each(['outage:outage-1', 'outage:0b9d4c1e-5a55-4f0a-9d57-1d3f9f1f7f10', 'login:1768320000000'] as const)(
    'says what it is for, and when it ends: %s',
    (subject) => {
      expect(readTicket(ticketOf(subject), KEY)).toEqual({ subject, endsAt: END })
    },
  )

  it('of a release that gave it no end has ended', () => {
    expect(readTicket(withoutEnd('outage:1'), KEY)).toEqual({ subject: 'outage:1', endsAt: 0 })
  })

  it('is worth nothing under another key', () => {
    expect(readTicket(ticketOf('outage:1'), `${KEY}x`)).toBeUndefined()
  })

  it('is worth nothing when anything in it is changed, its end too', () => {
    const ticket = ticketOf('outage:1')
    // The last character of base64url may carry bits that mean nothing; all others do.
    const changed = Array.from({ length: ticket.length - 1 }, (_, index) => flip(ticket, index))
    expect(changed.flatMap((text) => readTicket(text, KEY) ?? [])).toEqual([])
    const [, signature = ''] = ticket.split('.')
    expect(readTicket(`${Buffer.from(`outage:1@${END + 1}`).toString('base64url')}.${signature}`, KEY)).toBeUndefined()
  })

  it.each(['', '.', 'x', '..', 'x.y.z', ticketOf('outage:1').split('.')[0] ?? '', `${ticketOf('outage:1')}.x`])(
    'is none at all: %j',
    (text) => {
      expect(readTicket(text, KEY)).toBeUndefined()
    },
  )

  it('is for nothing but an outage or a login, though the signature be right', () => {
    for (const subject of ['login:1.5', 'outage:a b', 'other:1', 'outage:1@2']) expect(readTicket(ticketOf(subject), KEY)).toBeUndefined()
    for (const endsAt of [-1, 1.5, 1e20, NaN]) expect(readTicket(ticketOf('outage:1', endsAt), KEY)).toBeUndefined()
  })
})

describe('the link of a mail', () => {
  const now = END - TICKET_LIFE
  it.each(['https://login.example.org', 'https://login.example.org/'])(
    'leads from %s to the page with the ticket, for two weeks',
    (url) => {
      expect(reauthLink(url, 'outage:1', KEY, now)).toBe(`https://login.example.org/reauth?ticket=${ticketOf('outage:1')}`)
    },
  )

  it('comes with its end, for programs and for people', () => {
    expect(linkFacts('https://login.example.org', 'outage:1', KEY, now)).toEqual({
      link: reauthLink('https://login.example.org', 'outage:1', KEY, now),
      linkEndsAt: '2026-03-24T16:00:00.000Z',
      linkEndsAtText: 'Tuesday, March 24, 12:00 New York time',
    })
  })

  it('does not contain the key', () => {
    expect(reauthLink('https://login.example.org', 'outage:1', KEY, now)).not.toContain(KEY)
  })
})
