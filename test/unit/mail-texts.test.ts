import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sessionHit } from '../../functions/token-keeper/warnings.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { newYorkText } from '../../shared/domain/new-york.ts'
import { OUTAGE_REASONS } from '../../shared/domain/outage.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { OUTAGE_TEXTS, REJECTION_TEXTS } from '../../shared/token/outage-texts.ts'

const FRIDAY = Date.parse('2026-03-13T15:00:00Z')
const calendar = marketCalendar()

describe('a text that goes into a mail', () => {
  it.each([
    ...OUTAGE_REASONS.flatMap((reason) => [OUTAGE_TEXTS[reason], REJECTION_TEXTS[reason]]),
    ...[0, 6, 12, 24].map((hours) => sessionHit(calendar, FRIDAY + hours * HOUR).sessionHitText),
    newYorkText(FRIDAY),
  ])('does not break the JSON string that EventBridge puts it into: %s', (text) => {
    expect(JSON.stringify(text)).toBe(`"${text}"`)
  })
})

describe('a link in a mail', () => {
  it('ends before the quote that ends its line, which mail programs would take for a part of it', () => {
    const template = readFileSync(new URL('../../deploy/mails.yml', import.meta.url), 'utf8')
    expect(template.match(/<link>/g)?.length).toBeGreaterThan(2)
    expect(template).not.toMatch(/<link>(?! )/)
  })
})
