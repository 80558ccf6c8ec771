import { describe, expect, it } from 'vitest'
import { addDays, newYorkDate, newYorkInstant, newYorkTime, weekday } from '../../shared/domain/new-york.ts'
import { HOUR, MINUTE, toIso } from '../../shared/domain/time.ts'

const at = (date: string, time: string): string => toIso(newYorkInstant(date, time))

describe('newYorkInstant', () => {
  it('lies five hours before UTC in winter and four in summer', () => {
    expect(at('2019-02-12', '09:30')).toBe('2019-02-12T14:30:00.000Z')
    expect(at('2019-07-12', '09:30')).toBe('2019-07-12T13:30:00.000Z')
  })

  it('is right on both sides of the change to summer time', () => {
    expect(at('2026-03-08', '01:59')).toBe('2026-03-08T06:59:00.000Z')
    expect(at('2026-03-08', '03:00')).toBe('2026-03-08T07:00:00.000Z')
    expect(at('2026-03-08', '23:59')).toBe('2026-03-09T03:59:00.000Z')
  })

  it('is right on both sides of the change to winter time', () => {
    expect(at('2026-11-01', '00:59')).toBe('2026-11-01T04:59:00.000Z')
    expect(at('2026-11-01', '02:00')).toBe('2026-11-01T07:00:00.000Z')
    expect(at('2026-11-01', '23:59')).toBe('2026-11-02T04:59:00.000Z')
  })

  it('counts on after the jump for the hour that spring leaves out', () => {
    expect(at('2026-03-08', '02:00')).toBe('2026-03-08T07:00:00.000Z')
    expect(at('2026-03-08', '02:30')).toBe('2026-03-08T07:30:00.000Z')
  })

  it('takes the first of the two hours that autumn has', () => {
    expect(at('2026-11-01', '01:00')).toBe('2026-11-01T05:00:00.000Z')
    expect(at('2026-11-01', '01:30')).toBe('2026-11-01T05:30:00.000Z')
  })

  it('knows the dates of the change before 2007', () => {
    expect(at('2006-04-02', '09:30')).toBe('2006-04-02T13:30:00.000Z')
    expect(at('2006-03-31', '09:30')).toBe('2006-03-31T14:30:00.000Z')
    expect(at('2006-10-30', '09:30')).toBe('2006-10-30T14:30:00.000Z')
  })

  it.each([
    ['2019-02-30', '09:30'],
    ['2019-2-12', '09:30'],
    ['', '09:30'],
    ['2019-02-12', '24:00'],
    ['2019-02-12', '9:30'],
    ['2019-02-12', '09:30:00'],
  ])('refuses %j %j', (date, time) => {
    expect(() => newYorkInstant(date, time)).toThrow(RangeError)
  })
})

describe('newYorkDate and newYorkTime', () => {
  it('change at midnight in New York, not in London', () => {
    expect(newYorkDate(Date.parse('2026-01-16T04:59:59.999Z'))).toBe('2026-01-15')
    expect(newYorkDate(Date.parse('2026-01-16T05:00:00Z'))).toBe('2026-01-16')
    expect(newYorkDate(Date.parse('2026-07-16T03:59:59.999Z'))).toBe('2026-07-15')
    expect(newYorkTime(Date.parse('2026-07-16T04:00:00Z'))).toBe('00:00')
  })

  it('agree with what Intl shows for every quarter of an hour around each clock change from 2000 to 2050', () => {
    const intl = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York', dateStyle: 'short', timeStyle: 'short' })
    let changes = 0
    for (let hour = Date.parse('2000-01-01T00:00Z'); hour < Date.parse('2051-01-01T00:00Z'); hour += HOUR) {
      if (clockAt(hour) - clockAt(hour - HOUR) === HOUR) continue
      changes++
      for (let moment = hour - 6 * HOUR; moment < hour + 6 * HOUR; moment += 15 * MINUTE) {
        expect(`${newYorkDate(moment)} ${newYorkTime(moment)}`).toBe(intl.format(moment))
      }
    }
    expect(changes).toBe(2 * 51)
  })

  it('give back the date and time that an instant was made of, but for the hour that spring leaves out', () => {
    for (const date of ['2026-03-08', '2026-11-01', '2026-06-30', '2024-02-29']) {
      for (let minute = 0; minute < 24 * 60; minute++) {
        const time = new Date(minute * MINUTE).toISOString().slice(11, 16)
        if (date === '2026-03-08' && time.startsWith('02')) continue
        const instant = newYorkInstant(date, time)
        expect([newYorkDate(instant), newYorkTime(instant)]).toEqual([date, time])
      }
    }
  })

  it('refuse a time that is no number', () => {
    expect(() => newYorkDate(Number.NaN)).toThrow(RangeError)
  })
})

describe('addDays', () => {
  it('crosses months, leap days, years and clock changes', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29')
    expect(addDays('2025-12-31', 1)).toBe('2026-01-01')
    expect(addDays('2026-03-09', -1)).toBe('2026-03-08')
    expect(addDays('2026-11-01', 1)).toBe('2026-11-02')
  })

  it('refuses a date that does not exist', () => {
    expect(() => addDays('2025-02-29', 1)).toThrow('2025-02-29')
  })
})

describe('weekday', () => {
  it('counts from Sunday, 0, to Saturday, 6', () => {
    expect(['2026-11-22', '2026-11-23', '2026-11-28'].map(weekday)).toEqual([0, 1, 6])
  })
})

const clockAt = (moment: number): number => Date.parse(`${newYorkDate(moment)}T${newYorkTime(moment)}Z`)
