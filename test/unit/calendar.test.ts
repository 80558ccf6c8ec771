import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { getHolidays } from 'nyse-holidays'
import { describe, expect, it } from 'vitest'
import { marketCalendar, nextSession, previousSession, sessionAt, sessionsBetween } from '../../shared/domain/calendar.ts'
import { fullClosures } from '../../shared/domain/closures.ts'
import { newYorkInstant, newYorkTime, weekday } from '../../shared/domain/new-york.ts'
import { MINUTE, toIso } from '../../shared/domain/time.ts'
import { marketDataDir } from '../market-data.ts'
import { publishedClosures, publishedEarlyCloses, sessionsInYear } from './published-calendar.ts'

const calendar = marketCalendar()
const start = newYorkInstant('2000-01-01', '00:00')
const end = newYorkInstant('2050-12-31', '23:59') + MINUTE
const everySession = sessionsBetween(calendar, start, end)
const sessionDates = new Set(everySession.map((session) => session.date))
const dates = Array.from({ length: (Date.UTC(2051, 0) - Date.UTC(2000, 0)) / 86_400_000 }, (_, day) =>
  new Date(Date.UTC(2000, 0, 1 + day)).toISOString().slice(0, 10),
)
const isWorkday = (date: string): boolean => weekday(date) !== 0 && weekday(date) !== 6
const closedWorkdays = dates.filter((date) => isWorkday(date) && !sessionDates.has(date))
const inYears = (from: number, to: number) => (date: string) => Number(date.slice(0, 4)) >= from && Number(date.slice(0, 4)) <= to

describe('the market calendar', () => {
  it('closes on the days that the exchange has published, and on no others', () => {
    expect(closedWorkdays.filter(inYears(2022, 2028))).toEqual(publishedClosures)
  })

  it('closes at 13:00 on the days that the exchange has published, and on no others', () => {
    const short = everySession.filter((session) => newYorkTime(session.closesAt) === '13:00').map((session) => session.date)
    expect(short.filter(inYears(2000, 2028))).toEqual(publishedEarlyCloses)
  })

  it.each(sessionsInYear)('has as many sessions in %i as there were: %i', (year, count) => {
    expect(everySession.filter((session) => session.date.startsWith(`${year}-`))).toHaveLength(count)
  })

  it('differs from the package nyse-holidays only by the closures that no rule foresees', () => {
    const holidays = new Set(
      dates.flatMap((date) => (date.endsWith('-01-01') ? getHolidays(Number(date.slice(0, 4))) : [])).map((h) => h.dateString),
    )
    const missing = closedWorkdays.filter((date) => !holidays.has(date))
    const extra = [...holidays].filter((date) => sessionDates.has(date))
    expect({ missing, extra }).toEqual({
      missing: [
        ['2001-09-11', '2001-09-12', '2001-09-13', '2001-09-14'], // the attack on the World Trade Center
        ['2004-06-11', '2007-01-02'], // mourning for Reagan and for Ford
        ['2012-10-29', '2012-10-30'], // Hurricane Sandy
        ['2018-12-05', '2025-01-09'], // mourning for George H. W. Bush and for Carter
      ].flat(),
      extra: [],
    })
  })

  it('keeps 31 December open when New Year falls on a Saturday', () => {
    for (const date of ['2004-12-31', '2010-12-31', '2021-12-31', '2027-12-31']) expect(calendar.sessionOn(date)).toBeDefined()
  })

  it('opens every session at 09:30 on a workday and keeps it open for 390 or 210 minutes', () => {
    expect(everySession.length).toBeGreaterThan(51 * 248)
    for (const { date, opensAt, closesAt } of everySession) {
      expect(isWorkday(date)).toBe(true)
      expect(newYorkTime(opensAt)).toBe('09:30')
      expect([390, 210]).toContain((closesAt - opensAt) / MINUTE)
    }
  })

  it('never stays closed for more than six days on end, and sorts its sessions', () => {
    for (const [index, session] of everySession.entries()) {
      const previous = everySession[index - 1]
      if (previous === undefined) continue
      expect(session.opensAt).toBeGreaterThan(previous.closesAt)
      expect(session.opensAt - previous.opensAt).toBeLessThan(7.1 * 86_400_000)
    }
  })

  it('opens at 14:30 UTC in winter and at 13:30 UTC in summer, from the first session after each clock change', () => {
    const opens = (date: string) => toIso(calendar.sessionOn(date)?.opensAt ?? 0).slice(11, 16)
    expect(['2026-03-06', '2026-03-09', '2026-10-30', '2026-11-02'].map(opens)).toEqual(['14:30', '13:30', '13:30', '14:30'])
  })

  it('does not lose the last market hour of a winter day', () => {
    expect(toIso(calendar.sessionOn('2026-01-15')?.closesAt ?? 0)).toBe('2026-01-15T21:00:00.000Z')
  })

  it.each(['1999-12-31', '2051-01-02'])('does not know %s and says so', (date) => {
    expect(() => calendar.sessionOn(date)).toThrow(new RangeError(`the calendar knows 2000 to 2050, not ${date}`))
  })

  it('knows the dates of a replay whenever they were: recorded candles of 1998 play', () => {
    const replay = marketCalendar({ onlySessions: ['1998-01-06', '2000-11-24'] })
    expect(replay.sessionOn('1998-01-06')).toEqual({
      date: '1998-01-06',
      opensAt: newYorkInstant('1998-01-06', '09:30'),
      closesAt: newYorkInstant('1998-01-06', '16:00'),
    })
    expect(replay.sessionOn('1998-01-07')).toBeUndefined()
    expect(previousSession(replay, newYorkInstant('1998-01-08', '12:00'))?.date).toBe('1998-01-06')
    expect(toIso(replay.sessionOn('2000-11-24')?.closesAt ?? 0)).toBe('2000-11-24T18:00:00.000Z')
  })

  it('refuses options that are no dates, for they would never match', () => {
    expect(() => marketCalendar({ closures: ['2026-7-6'] })).toThrow('2026-7-6')
    expect(() => marketCalendar({ onlySessions: ['2026-02-29'] })).toThrow('2026-02-29')
  })

  it('closes on the closures it is given besides', () => {
    const mourning = marketCalendar({ closures: ['2026-11-23'] })
    expect(mourning.sessionOn('2026-11-23')).toBeUndefined()
    expect(mourning.sessionOn('2026-11-24')).toEqual(calendar.sessionOn('2026-11-24'))
  })

  it('has exactly the sessions it is told to replay, short ones by the rule', () => {
    const replay = marketCalendar({ onlySessions: ['2019-11-29', '2019-12-25', '2019-12-28'], closures: ['2019-12-25'] })
    const minutes = sessionsBetween(replay, newYorkInstant('2019-11-01', '00:00'), newYorkInstant('2020-01-01', '00:00')).map(
      ({ date, opensAt, closesAt }) => [date, (closesAt - opensAt) / MINUTE],
    )
    expect(minutes).toEqual([
      ['2019-11-29', 210],
      ['2019-12-25', 390],
      ['2019-12-28', 390],
    ])
  })

  const dir = marketDataDir()
  it.skipIf(dir === undefined)('holds every bar of the recorded regular sessions', () => {
    const candles = resolve(dir ?? '', 'candles')
    const files = readdirSync(candles).filter((file) => file.includes('_2019-'))
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const times = [...readFileSync(resolve(candles, file), 'utf8').matchAll(/"datetime":\s*(\d+)/g)].map((match) => Number(match[1]))
      expect(times.length).toBeGreaterThan(0)
      for (const at of times) expect(file).toContain(sessionAt(calendar, at)?.date ?? 'a session')
    }
  })
})

describe('fullClosures', () => {
  it('names workdays of its own year only, without the eve of a New Year on a Saturday', () => {
    for (let year = 2000; year <= 2050; year++) {
      for (const date of fullClosures(year)) {
        expect(date.startsWith(`${year}-`)).toBe(true)
        expect(isWorkday(date)).toBe(true)
      }
    }
  })

  it.each(['2049-04-16', '2076-04-17'])('has Good Friday right where the plain rule of Gauss is a week late: %s', (date) => {
    expect(fullClosures(Number(date.slice(0, 4)))).toContain(date)
  })
})

describe('looking for sessions', () => {
  const friday = { opensAt: Date.parse('2026-11-27T14:30Z'), closesAt: Date.parse('2026-11-27T18:00Z'), date: '2026-11-27' }
  const monday = { opensAt: Date.parse('2026-11-30T14:30Z'), closesAt: Date.parse('2026-11-30T21:00Z'), date: '2026-11-30' }

  it('sessionAt includes the opening and leaves out the close', () => {
    expect(sessionAt(calendar, friday.opensAt - 1)).toBeUndefined()
    expect(sessionAt(calendar, friday.opensAt)).toEqual(friday)
    expect(sessionAt(calendar, friday.closesAt - 1)).toEqual(friday)
    expect(sessionAt(calendar, friday.closesAt)).toBeUndefined()
  })

  it('sessionsBetween takes what shares a moment with the half-open span', () => {
    const found = (from: number, to: number) => sessionsBetween(calendar, from, to).map((session) => session.date)
    expect(found(friday.closesAt - 1, monday.opensAt + 1)).toEqual(['2026-11-27', '2026-11-30'])
    expect(found(friday.closesAt, monday.opensAt)).toEqual([])
    expect(found(friday.opensAt + MINUTE, friday.opensAt + MINUTE)).toEqual([])
    expect(found(monday.opensAt, friday.opensAt)).toEqual([])
  })

  it('nextSession is one that opens later, over a weekend and not at this very moment', () => {
    expect(nextSession(calendar, friday.opensAt - 1)).toEqual(friday)
    expect(nextSession(calendar, friday.opensAt)).toEqual(monday)
    expect(nextSession(calendar, friday.closesAt)).toEqual(monday)
  })

  it('previousSession is one that has closed, at this very moment too', () => {
    expect(previousSession(calendar, friday.closesAt)).toEqual(friday)
    expect(previousSession(calendar, monday.closesAt - 1)).toEqual(friday)
    expect(previousSession(calendar, friday.closesAt - 1)?.date).toBe('2026-11-25')
  })

  it('finds nothing beyond 30 days', () => {
    const replay = marketCalendar({ onlySessions: ['2026-11-27'] })
    expect(nextSession(replay, newYorkInstant('2026-10-28', '12:00'))).toEqual(friday)
    expect(nextSession(replay, newYorkInstant('2026-10-27', '12:00'))).toBeUndefined()
    expect(nextSession(replay, friday.opensAt)).toBeUndefined()
    expect(previousSession(replay, friday.opensAt)).toBeUndefined()
  })
})
